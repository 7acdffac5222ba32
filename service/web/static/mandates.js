// Mandates as a table to sort and filter.

import { el, plain, tag } from "./dom.js";
import { quoteAddress } from "./service.js";
import { Filters } from "./filters.js";
import { labelOf, language, n, t } from "./words.js";

const DRAWN = 1000;

const COLUMNS = [
  ["who", (r) => said(r).actor],
  ["verb", (r) => said(r).verb_text],
  ["whom", (r) => said(r).addressee],
  ["what", (r) => said(r).action],
  ["when", (r) => (r.last ?? r.first)],
  ["decision", (r) => r.decision],
  ["where", (r) => r.place],
];

export function mandatesPage(main) {
  const filters = new Filters("/v1/mandates", [
    ["actor", "actor"], ["addressee", "addressee"], ["action", "action"], ["decision", "decision", t("decisionHint")],
    ["from", "from", "2017"], ["to", "to", "2017-06"],
  ], [["csv", "csv"]], (found) => shown(found));
  let records = [];
  let total = 0;
  let mixed = false;
  let order = { column: "where", down: false };
  const body = el("tbody");
  const headings = COLUMNS.map(([key]) => el("th", { scope: "col", class: key, "data-column": key },
    el("button", { type: "button", class: "sort", onclick: () => sortBy(key), title: t("sorted", t(key)) }, t(key))));
  const more = el("p", { class: "hint" });
  main.classList.add("wide");
  main.append(
    el("h1", {}, t("mandates")),
    el("p", { class: "lead-in" }, t("mandatesLead")),
    filters.view, filters.problem, filters.summary,
    el("div", { class: "scroller" }, el("table", { class: "records mandates" }, el("thead", {}, el("tr", {}, headings)), body)),
    more);
  filters.start().catch((error) => { if (!error.code) throw error; });

  function shown(found) {
    records = found.mandates.map((record, place) => ({ ...record, place }));
    total = found.total;
    mixed = filters.editions(records);
    filters.count.textContent = n(total, "oneMandate", "someMandates");
    draw();
  }

  function sortBy(key) {
    order = { column: key, down: order.column === key && !order.down };
    draw();
  }

  function draw() {
    const [, of] = COLUMNS.find(([key]) => key === order.column);
    const sorted = [...records].sort((a, b) => compare(of(a), of(b), order.down) || a.place - b.place);
    for (const heading of headings) {
      const sort = heading.dataset.column === order.column ? (order.down ? "descending" : "ascending") : null;
      if (sort) heading.setAttribute("aria-sort", sort);
      else heading.removeAttribute("aria-sort");
    }
    body.replaceChildren(...sorted.slice(0, DRAWN).map((record) => row(record, mixed)));
    if (!records.length) body.append(el("tr", {}, el("td", { colspan: String(COLUMNS.length), class: "none" }, t("noRecords"))));
    const drawn = Math.min(DRAWN, records.length);
    more.textContent = drawn < total ? t("more", drawn, total) : "";
  }
}

/** The mandate in the language of the page, where it is stated in it. */
function said(record) {
  return record.translations[language] ?? record;
}

/** What is not there comes last, whichever way. */
function compare(a, b, down) {
  const nothing = (value) => value === null || value === undefined || value === "";
  if (nothing(a) || nothing(b)) return Number(nothing(a)) - Number(nothing(b));
  const order = typeof a === "number" ? a - b : String(a).localeCompare(String(b), language === "zh" ? "zh-Hans" : "en", { numeric: true });
  return down ? -order : order;
}

function row(record, mixed) {
  const text = said(record);
  const code = tag(text.language);
  const cell = (key, ...children) => el("td", { class: key, "data-label": t(key) }, children);
  const words = (value) => (value ? el("span", { lang: code }, plain(value)) : null);
  const due = text.due_text ?? text.session;
  const dates = record.due ?? record.session_dates.join(", ");
  return el("tr", {},
    cell("who", words(text.actor)),
    cell("verb", words(text.verb_text), record.proposed ? el("span", { class: "badge", title: t("proposedHelp") }, t("proposed")) : null),
    cell("whom", words(text.addressee)),
    cell("what", words(text.action)),
    cell("when", words(due), dates && dates !== due ? el("span", { class: "iso" }, plain(dates)) : null),
    cell("decision", record.decision ? el("span", { class: "key" }, plain(record.decision)) : null),
    cell("where", el("a", { href: quoteAddress({ ...record, ...text }) }, plain(labelOf(record))),
      mixed && record.edition === "digest" ? el("span", { class: "badge digest" }, t("digest")) : null));
}
