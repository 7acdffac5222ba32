// What a paragraph refers to, who refers to it, and which documents came later: as links.

import { el, here, plain } from "./dom.js";
import { officialAddress } from "./service.js";
import { labelOf, language, n, nameOf, t } from "./words.js";

/** One line each for what is in this index and what is not; nothing where the paragraph refers to nothing. */
export function references(paragraph) {
  const byKey = new Map();
  for (const reference of paragraph.references) {
    const known = byKey.get(reference.key) ?? byKey.set(reference.key, []).get(reference.key);
    known.push(reference);
  }
  const found = [];
  const missing = [];
  for (const [key, same] of byKey) (same.some((one) => one.target) ? found : missing).push([key, same]);
  return [
    found.length ? el("p", { class: "cites" }, `${t("cites")}: `, joined(found.map(([key, same]) => inside(key, same)))) : null,
    missing.length ? el("p", { class: "cites" }, t("unknownDocuments", ""), joined(missing.map(([key, same]) => outside(key, same)))) : null,
  ];
}

function inside(key, same) {
  const { symbol } = same[0].target;
  const whole = same.find((one) => !one.paragraph)?.target;
  const numbered = same.filter((one) => one.paragraph);
  const name = whole
    ? el("a", { class: "plain", href: here(whole.url) }, plain(key))
    : el("span", {}, plain(key));
  return [name, numbered.length ? [" (", joined(numbered.map((one) => el("a", {
    class: "plain", href: here(one.target.url), "aria-label": one.target.label ? labelOf(one.target) : `${symbol}, ${one.paragraph}`,
  }, plain(one.paragraph)))), ")"] : null];
}

function outside(key, same) {
  const numbers = same.filter((one) => one.paragraph).map((one) => one.paragraph);
  // What has a symbol can be asked for; a decision's number alone says not whose it is.
  const name = /^[A-Z]+[-A-Z]*\//.test(key) && same[0].kind !== "decision"
    ? el("a", { class: "plain outward", href: officialAddress(key, language), rel: "noreferrer" }, plain(key))
    : el("span", {}, plain(key));
  return [name, numbers.length ? ` (${numbers.join(", ")})` : null];
}

/** Who cites: folded away, a list that opens. `total` may be more than are told. */
export function citedBy(citing, total, one, many) {
  if (!citing.length) return null;
  return el("details", { class: "cited-by" },
    el("summary", {}, n(total, one, many)),
    el("ul", {}, citing.map((by) => el("li", {}, el("a", { class: "plain", href: here(by.url) }, plain(labelOf(by)))))),
    total > citing.length ? el("p", {}, t("andMore", total - citing.length)) : null);
}

/** What to read instead of this document, or beside it. */
export function changes(found) {
  const line = (known, word, kind) => el("p", { class: kind }, `${t(word + known.relation)} `,
    el("a", { class: "plain", href: here(known.url), translate: "no" }, plain(known.symbol)),
    ` (${known.languages.map(nameOf).join(" · ")})`);
  return [
    found.later.map((known) => line(known, "later", known.relation === "supplemented" ? "note" : "caution")),
    found.earlier.map((known) => line(known, "earlier", "note")),
  ];
}

function joined(parts) {
  return parts.flatMap((part, place) => (place ? [", ", part] : [part]));
}
