// Dated facts: a chart to see them by, and the same in words.

import { el, passage, plain, range, tag } from "./dom.js";
import { quoteAddress } from "./service.js";
import { Chart } from "./chart.js";
import { Filters } from "./filters.js";
import { labelOf, language, n, t } from "./words.js";

const DRAWN = 1000;

export function timelinePage(main) {
  const filters = new Filters("/v1/timeline", [
    ["actor", "names"], ["action", "action"], ["decision", "decision", t("decisionHint")],
    ["from", "from", "2009"], ["to", "to", "2017-06"],
  ], [["ics", "ics"], ["csv", "csv"]], (found) => shown(found));
  const chart = new Chart((year) => filters.set(year === null ? { from: "", to: "" } : { from: year, to: year }));
  const list = el("div", { class: "years" });
  const more = el("p", { class: "hint" });
  main.classList.add("wide");
  main.append(
    el("h1", {}, t("timeline")),
    el("p", { class: "lead-in" }, t("timelineLead")),
    filters.view, filters.problem, filters.summary, chart.view, list, more);
  filters.start().catch((error) => { if (!error.code) throw error; });

  function shown(found) {
    filters.count.textContent = n(found.total, "oneFact", "someFacts");
    const mixed = filters.editions(found.facts);
    chart.draw(found.facts, Boolean(filters.inputs.from.value || filters.inputs.to.value));
    const years = Map.groupBy ? Map.groupBy(found.facts.slice(0, DRAWN), yearOf) : grouped(found.facts.slice(0, DRAWN));
    list.replaceChildren(...[...years].map(([year, facts]) => el("section", { class: "year", "aria-labelledby": `year-${year}` },
      el("h2", { id: `year-${year}` }, year || t("noYear")),
      el("ol", {}, facts.map((fact) => row(fact, mixed))))));
    if (!found.facts.length) list.append(el("p", { class: "none" }, t("noRecords")));
    const drawn = Math.min(DRAWN, found.facts.length);
    more.textContent = drawn < found.total ? t("more", drawn, found.total) : "";
  }
}

function yearOf(fact) {
  return fact.first?.slice(0, 4) ?? "";
}

function grouped(facts) {
  const years = new Map();
  for (const fact of facts) {
    if (!years.has(yearOf(fact))) years.set(yearOf(fact), []);
    years.get(yearOf(fact)).push(fact);
  }
  return years;
}

function row(fact, mixed) {
  const text = fact.translations[language] ?? fact;
  const date = range(text.text, text.date_start, text.date_end);
  const quote = range(text.text, text.start, text.end);
  const inside = { start: Math.max(0, date.start - quote.start), end: date.end - quote.start, kind: "date" };
  return el("li", { id: fact.record },
    el("p", { class: "date" }, plain(fact.date[language])),
    el("div", {},
      el("p", { class: "text", lang: tag(text.language) }, passage(text.quote, date.start >= quote.start ? [inside] : [])),
      el("p", { class: "where" }, el("a", { href: quoteAddress({ ...fact, ...text }) }, plain(labelOf(fact))),
        mixed && fact.edition === "digest" ? el("span", { class: "badge digest" }, t("digest")) : null)));
}
