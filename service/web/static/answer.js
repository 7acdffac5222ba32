// One response of the service, whatever it says, as something to read.

import { el, here, passage, plain, range, tag } from "./dom.js";
import { officialAddress, quoteAddress } from "./service.js";
import { copyButton, shareButton } from "./sharing.js";
import { labelOf, language, likelihood, nameOf, t } from "./words.js";

const SIDE_BY_SIDE = ["en", "zh"];
const VALUED = ["date", "number", "decision", "body", "place", "list"];

/** `{view, spoken}`: what is shown, and what a screen reader is told at once. */
export function answerView(response) {
  const found = response.answer !== null && response.citations.length > 0;
  return found ? answered(response) : notFound(response);
}

function answered(response) {
  const { answer, citations, status } = response;
  const spokenText = answer.text.replace(/\s*\[\d+\]/g, "");
  const first = citations[0];
  const textLanguage = /[\u4e00-\u9fff]/.test(answer.text) ? "zh" : response.language;
  const copied = () => [spokenText, ...citations.map((c) => `${c.label[response.language] ?? c.label.en}${notOfficial(c, response.language)}`)].join("\n");
  const kind = kindLine(answer);
  const view = el("article", { class: `answer ${status}`, "aria-labelledby": "short-answer" },
    el("header", {},
      el("p", { class: "status" },
        el("span", { class: "state" }, t(status === "answered" ? "answered" : status)),
        el("span", { class: "confidence", title: t("confidenceHelp") }, likelihood(answer.confidence)),
        kind),
      el("h2", { id: "short-answer", class: `short ${size(spokenText)}`, lang: tag(textLanguage) },
        cited(answer.text, citations)),
      status === "answered" ? null : el("p", { class: "caution" }, t(`${status}Note`)),
      notes(response),
      unknown(response),
      el("div", { class: "actions" },
        copyButton(t("copyAnswer"), copied),
        copyButton(t("copyLink"), () => location.href),
        shareButton(response.question, location.href),
        el("button", { type: "button", class: "plain", onclick: () => print() }, t("print")))),
    el("section", { class: "citations", "aria-label": t("citations") },
      citations.map((citation) => citationView(citation, response.language))),
    near(response.related, "alsoNear"),
    measured(response));
  return { view, spoken: `${t(status === "answered" ? "answered" : status)}: ${spokenText} ${labelOf(first)}` };
}

function kindLine(answer) {
  if (!VALUED.includes(answer.kind) || answer.value === null) return null;
  const value = typeof answer.value === "number" ? answer.value.toLocaleString("en-GB", { maximumFractionDigits: 12 }) : answer.value;
  return el("span", { class: "value" }, `${t(`kind${answer.kind}`)} `, el("code", {}, plain(String(value))));
}

/** The more there is to read, the smaller. A Chinese character counts as two. */
function size(text) {
  const width = Array.from(text).reduce((sum, char) => sum + (char > "\u2e80" ? 2 : 1), 0);
  return width <= 64 ? "large" : width <= 170 ? "middle" : "small";
}

function cited(text, citations) {
  const known = new Set(citations.map((citation) => citation.index));
  return text.split(/\s*\[(\d{1,3})\]/).map((piece, place) => {
    if (place % 2 === 0) return plain(piece);
    const index = Number(piece);
    if (!known.has(index)) return ` [${piece}]`;
    const go = (event) => {
      event.preventDefault();
      const target = document.getElementById(`citation-${index}`);
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: "nearest" });
    };
    return el("a", { class: "mark-number", href: `#citation-${index}`, "aria-label": t("citation", index), onclick: go }, String(index));
  });
}

function citationView(citation, answerLanguage) {
  const versions = { ...citation.translations, [citation.language]: citation.text };
  const order = [answerLanguage, ...SIDE_BY_SIDE, citation.language, ...Object.keys(versions)]
    .filter((code, place, all) => versions[code] !== undefined && all.indexOf(code) === place);
  const missing = SIDE_BY_SIDE.filter((code) => versions[code] === undefined);
  const quote = range(citation.text, citation.start, citation.end, "quote");
  const opened = here(quoteAddress(citation));
  const name = `citation-${citation.index}`;
  return el("article", {
    class: "citation", id: name, tabindex: "-1", "data-citation": String(citation.index), "data-open": opened,
    "aria-labelledby": `${name}-label`,
  },
  el("header", {},
    el("span", { class: "number", "aria-hidden": "true" }, String(citation.index)),
    el("h3", { id: `${name}-label` }, el("a", { href: opened, "data-address": opened && location.origin + citation.url }, plain(labelOf(citation)))),
    badges(citation, missing)),
  citation.section.length ? el("p", { class: "section", lang: tag(citation.language) }, path(citation.section)) : null,
  el("div", { class: `versions count-${order.length}` },
    order.map((code) => el("div", { class: "version", lang: tag(code) },
      el("p", { class: "language", lang: tag(language) }, nameOf(code)),
      el("blockquote", {}, passage(versions[code], code === citation.language ? [quote] : []))))),
  el("div", { class: "actions" },
    el("a", { class: "plain", href: opened }, t("open")),
    el("span", { class: "group" }, el("span", {}, t("copyCitation")),
      copyButton("EN", citation.label.en, t("copyCitationName", nameOf("en"), citation.label.en)),
      copyButton("中文", citation.label.zh, t("copyCitationName", nameOf("zh"), citation.label.zh))),
    copyButton(t("copyQuote"), quoted(citation), t("copyQuoteName", citation.index)),
    copyButton(t("copyLink"), () => new URL(citation.url, location.origin).href),
    el("a", { class: "plain outward", href: officialAddress(citation.symbol, citation.language), rel: "noreferrer",
      title: t("officialHelp", citation.symbol) }, t("official"))));
}

function quoted(citation) {
  const label = citation.label[citation.language] ?? citation.label.en;
  return citation.language === "zh"
    ? `“${citation.quote}”（${label}${notOfficial(citation, "zh")}）`
    : `“${citation.quote}” (${label}${notOfficial(citation, "en")})`;
}

function notOfficial(citation, code) {
  if (citation.edition !== "digest") return "";
  return code === "zh" ? "；样本摘要，非正式文本" : "; sample digest, not an official text";
}

function badges(thing, missing = []) {
  return [
    thing.edition === "digest" ? el("span", { class: "badge digest" }, t("digest")) : null,
    missing.map((code) => el("span", { class: "badge missing" }, t("missing", nameOf(code)))),
  ];
}

function path(section) {
  return section.flatMap((heading, place) => [place ? el("span", { class: "step", "aria-hidden": "true" }, " › ") : null, plain(heading)]);
}

function notFound(response) {
  const reason = ["no_evidence", "unknown_document", "not_a_question"].includes(response.reason) ? response.reason : "no_evidence";
  const tips = reason === "unknown_document" ? [] : [el("li", {}, t("tipName")), el("li", {}, t("tipOne"))];
  const view = el("article", { class: "answer not-found", "aria-labelledby": "short-answer" },
    el("header", {},
      el("h2", { id: "short-answer", class: "short large" }, t("not_found")),
      el("p", { class: "reason" }, t(reason)),
      unknown(response),
      notes(response),
      el("h3", { class: "aside" }, t("tryThis")),
      el("ul", { class: "tips" }, tips, el("li", {}, el("a", { href: "/documents" }, t("tipDocuments"))))),
    near(response.related, "nearest"),
    measured(response));
  return { view, spoken: `${t("not_found")} ${t(reason)}` };
}

function unknown(response) {
  if (!response.unknown_documents?.length) return null;
  return el("p", { class: "caution" }, plain(t("unknownDocuments", response.unknown_documents.join(", "))));
}

/** What the service adds about how the answer came about, such as that a language model did not answer. */
function notes(response) {
  const told = (response.notes ?? []).map((note) => note.message).filter((said) => typeof said === "string" && said);
  return told.map((said) => el("p", { class: "caution", lang: tag(response.language) }, plain(said)));
}

function near(related, title) {
  if (!related?.length) return null;
  return el("section", { class: "related", "aria-labelledby": "near" },
    el("h3", { id: "near" }, t(title), " ", el("span", { class: "badge" }, t("notAnAnswer"))),
    title === "nearest" ? el("p", { class: "hint" }, t("notAnAnswerNote")) : null,
    el("ul", {}, related.map((entry) => el("li", {},
      el("p", { class: "where" }, el("a", { href: here(entry.url) }, plain(labelOf(entry))), badges(entry)),
      entry.section?.length ? el("p", { class: "section", lang: tag(entry.language ?? language) }, path(entry.section)) : null,
      el("p", { class: "text", lang: tag(entry.language ?? language) }, passage(entry.text))))));
}

function measured(response) {
  const parts = [];
  if (response.timing_ms) parts.push(t("measured", Math.round(response.timing_ms.total * 10) / 10));
  if (response.index) parts.push(t("indexed", response.index.generation), response.index.model);
  return el("p", { class: "measured" }, plain(parts.join(" · ")));
}

/** Something that failed, in the service's own words. */
export function problemView(error, again) {
  const said = error.code === "unreachable" ? t("unreachable") : error.code === "index_unavailable" ? t("unavailable") : error.message;
  return el("article", { class: "answer problem", role: "alert" },
    el("h2", { class: "short middle" }, t("problem")),
    el("p", { class: "reason" }, plain(said)),
    said === error.message || error.code === "unreachable" ? null : el("p", { class: "hint", lang: "en" }, plain(error.message)),
    again ? el("p", {}, el("button", { type: "button", class: "primary", onclick: again }, t("again"))) : null);
}
