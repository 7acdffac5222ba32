// What is in the index.

import { el, plain, tag } from "./dom.js";
import { problemView } from "./answer.js";
import { addressOf, documents } from "./service.js";
import { language, n, nameOf, t } from "./words.js";

export async function documentsPage(main) {
  const filter = el("input", { type: "search", "data-key": "/", placeholder: t("filterDocuments"), "aria-label": t("filterDocuments") });
  const list = el("ul", { class: "documents" });
  main.append(
    el("h1", {}, t("documents")),
    el("p", { class: "lead-in" }, t("documentsLead")),
    el("div", { class: "filters", role: "search" }, filter),
    list);
  let found;
  try {
    found = await documents();
  } catch (error) {
    if (!error.code) throw error;
    main.append(problemView(error, () => location.reload()));
    return;
  }
  const rows = found.map((d) => [`${d.symbol} ${Object.values(d.titles).join(" ")}`.toLowerCase(), row(d)]);
  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = rows.filter(([text]) => words.every((word) => text.includes(word))).map(([, item]) => item);
    list.replaceChildren(...(fitting.length ? fitting : [el("li", { class: "none" }, t("noRecords"))]));
  };
  filter.addEventListener("input", show);
  show();
}

function row(d) {
  const codes = [language, ...d.languages].filter((code, place, all) => d.titles[code] && all.indexOf(code) === place);
  return el("li", {},
    el("a", { class: "symbol", href: addressOf(d.symbol), translate: "no" }, plain(d.symbol)),
    codes.map((code) => el("p", { class: "title", lang: tag(code) }, plain(d.titles[code]))),
    el("p", { class: "facts" },
      d.date ? el("span", {}, plain(d.date)) : null,
      el("span", {}, n(d.paragraphs, "oneParagraph", "paragraphs")),
      el("span", {}, d.languages.map(nameOf).join(" · ")),
      d.edition === "digest" ? el("span", { class: "badge digest" }, t("digest")) : null,
      el("a", { href: `/?${new URLSearchParams({ doc: d.symbol })}` }, t("askHere"))));
}
