// A document, its languages side by side, paragraph by paragraph.

import { debounced, el, memory, passage, plain, range, tag } from "./dom.js";
import { problemView } from "./answer.js";
import { changes, citedBy, references } from "./citing.js";
import { addressOf, call, officialAddress } from "./service.js";
import { copy } from "./sharing.js";
import { labelOf, language, nameOf, n, t } from "./words.js";

export async function readerPage(main) {
  const symbol = decodeURIComponent(location.pathname.slice("/documents/".length));
  document.title = `${symbol} · rapporteur`;
  let found;
  try {
    found = await call(`/v1${addressOf(symbol)}`);
  } catch (error) {
    if (!error.code) throw error;
    main.append(unknownView(error, symbol));
    return;
  }
  new Reader(main, found).show();
}

function unknownView(error, symbol) {
  if (error.code !== "unknown_document") return problemView(error, () => location.reload());
  return el("article", { class: "answer not-found" },
    el("header", {},
      el("h1", { class: "short large" }, t("unknownTitle")),
      el("p", { class: "reason" }, plain(symbol)),
      el("p", { class: "actions" },
        el("a", { class: "plain", href: "/documents" }, t("toDocuments")),
        el("a", { class: "plain outward", href: officialAddress(symbol, language), rel: "noreferrer" }, t("official")))));
}

class Reader {
  constructor(main, found) {
    this.main = main;
    this.document = found;
    this.codes = [language, ...found.languages].filter((code, place, all) => found.languages.includes(code) && all.indexOf(code) === place);
    this.rows = new Map(); // local id → {element, paragraph, columns: {language → element}}
    this.quote = this.quoteInAddress();
    this.matches = [];
    this.match = -1;
  }

  show() {
    const { document: found, main } = this;
    this.body = el("div", { class: "body" });
    const outline = el("nav", { class: "outline", "aria-label": t("outline") }, el("h2", {}, t("outline")));
    this.build(outline);
    this.lost = el("p", { class: "caution", role: "status" });
    this.lost.hidden = true;
    main.classList.add("reader");
    main.append(
      el("header", { class: "title-page" },
        el("p", { class: "symbol", translate: "no" }, plain(found.symbol)),
        el("h1", { lang: tag(this.codes[0]) }, plain(found.titles[this.codes[0]])),
        this.codes.slice(1).map((code) => el("p", { class: "title", lang: tag(code) }, plain(found.titles[code]))),
        el("p", { class: "facts" },
          found.date ? el("span", {}, plain(found.date)) : null,
          el("span", {}, n(found.paragraphs.length, "oneParagraph", "paragraphs")),
          el("span", {}, this.codes.map(nameOf).join(" · ")),
          found.edition === "digest" ? el("span", { class: "badge digest" }, t("digest")) : null),
        changes(found),
        citedBy(found.cited_by, found.cited_by_total, "citedByOther", "citedByOthers"),
        el("p", { class: "actions" },
          el("a", { class: "plain", href: `/?${new URLSearchParams({ doc: found.symbol })}` }, t("askHere")),
          el("a", { class: "plain outward", href: officialAddress(found.symbol, this.codes[0]), rel: "noreferrer",
            title: t("officialHelp", found.symbol) }, t("official")),
          el("a", { class: "plain", href: `/v1${addressOf(found.symbol)}` }, t("asData")))),
      this.toolbar(),
      this.lost,
      el("div", { class: "pages" }, this.smallOutline(outline), this.body));
    this.view(memory.get("view") ?? "both");
    this.follow();
    addEventListener("hashchange", () => this.follow());
  }

  build(outline) {
    let before = [];
    const stack = [outline.appendChild(el("ul"))];
    for (const paragraph of this.document.paragraphs) {
      const codes = this.codes.filter((code) => paragraph.texts[code] !== undefined);
      const depth = Math.max(0, ...codes.map((code) => paragraph.sections[code]?.length ?? 0));
      for (let level = 0; level < depth; level += 1) {
        const headings = Object.fromEntries(codes.map((code) => [code, paragraph.sections[code]?.[level] ?? ""]));
        const key = codes.map((code) => (paragraph.sections[code] ?? []).slice(0, level + 1).join("\u0000")).join("\u0001");
        if (before[level] === key) continue;
        before = before.slice(0, level);
        before[level] = key;
        this.heading(headings, level);
        this.entry(stack, level, headings, paragraph);
      }
      before = before.slice(0, depth);
      this.row(paragraph, codes);
    }
  }

  heading(headings, level) {
    const shown = this.codes.filter((code) => headings[code]);
    this.body.append(el(`h${Math.min(level + 2, 6)}`, { class: "section-heading" },
      shown.map((code) => el("span", { lang: tag(code), "data-language": code }, plain(headings[code])))));
  }

  entry(stack, level, headings, paragraph) {
    const text = headings[this.codes.find((code) => headings[code])] ?? "";
    while (stack.length > level + 1) stack.pop();
    while (stack.length < level + 1) {
      const last = stack.at(-1).lastElementChild ?? stack.at(-1).appendChild(el("li"));
      stack.push(last.appendChild(el("ul")));
    }
    stack[level].append(el("li", {}, el("a", { href: `#${encodeURI(localOf(paragraph.id))}` }, plain(text))));
  }

  row(paragraph, codes) {
    const local = localOf(paragraph.id);
    const columns = {};
    const name = nameOfParagraph(paragraph);
    const element = el("div", { class: "para", id: local, tabindex: "-1", role: "group", "aria-label": labelOf(paragraph) },
      el("div", { class: "margin" },
        el("a", { class: "number", href: `#${encodeURI(local)}`, "aria-label": t("linkTo", labelOf(paragraph)) }, plain(name)),
        el("button", { type: "button", class: "plain cite", "aria-label": t("copyCitationName", nameOf(language), labelOf(paragraph)),
          title: t("copyCitation"), onclick: () => copy(labelOf(paragraph)) }, "❝")),
      this.codes.map((code) => {
        const there = codes.includes(code);
        const column = el("div", { class: there ? "version" : "version absent", lang: tag(there ? code : language), "data-language": code });
        if (there) {
          const text = el("div", { class: "text" });
          columns[code] = text;
          column.append(text, ...this.footnotes(paragraph, code));
        } else {
          column.append(el("p", {}, t("noText", nameOf(code))));
        }
        return column;
      }),
      references(paragraph), citedBy(paragraph.cited_by, paragraph.cited_by.length, "citedByOne", "citedBy"));
    const row = { element, paragraph, columns, found: {} };
    this.rows.set(local, row);
    this.fill(row);
    this.body.append(element);
  }

  footnotes(paragraph, code) {
    const notes = paragraph.footnotes.filter((note) => note.texts[code] !== undefined);
    return notes.map((note) => el("p", { class: "footnote", role: "note", "aria-label": t("footnotes") },
      el("sup", {}, plain(note.mark)), " ", plain(note.texts[code])));
  }

  /** Writes a paragraph's texts anew, with what is to be marked in them. */
  fill(row) {
    const local = localOf(row.paragraph.id);
    for (const [code, column] of Object.entries(row.columns)) {
      const text = row.paragraph.texts[code];
      const ranges = [...(row.found[code] ?? [])];
      if (this.quote && this.quote.code === code && rootOf(this.quote.local) === local) {
        ranges.push(range(text, this.quote.start, this.quote.end, "quote"));
      }
      column.replaceChildren(...passage(text, ranges));
      this.nameItems(row.paragraph, code, column);
    }
  }

  nameItems(paragraph, code, column) {
    const lines = [...column.querySelectorAll(".line.item")];
    for (const item of paragraph.items) {
      const label = `(${item.id.match(/\(([^()]+)\)$/)?.[1] ?? ""}) `;
      const place = lines.findIndex((line) => line.textContent.startsWith(label));
      if (place < 0) continue;
      const [line] = lines.splice(0, place + 1).slice(-1);
      line.dataset.item = localOf(item.id);
      if (code === this.codes.find((c) => paragraph.texts[c] !== undefined)) line.id = localOf(item.id);
    }
  }

  /** To the paragraph, or the item of one, that the address names. */
  follow() {
    const local = safelyDecoded(location.hash.slice(1));
    for (const marked of this.body.querySelectorAll(".target")) marked.classList.remove("target");
    if (!local) return;
    const row = this.rows.get(local) ?? this.rows.get(rootOf(local));
    this.lost.hidden = row !== undefined;
    if (!row) {
      this.lost.replaceChildren(...plain(t("noParagraph", local)));
      return;
    }
    row.element.classList.add("target");
    for (const line of row.element.querySelectorAll(".line.item")) {
      if (line.dataset.item === local) line.classList.add("target");
    }
    row.element.focus({ preventScroll: true });
    const shown = row.element.querySelector("mark.quote, .line.target") ?? row.element;
    shown.scrollIntoView({ block: shown.offsetHeight > innerHeight * 0.6 ? "start" : "center" });
  }

  /** `?mark=en:12-41`: the quote of a citation, in code points. */
  quoteInAddress() {
    const [, code, start, end] = (new URLSearchParams(location.search).get("mark") ?? "").match(/^([a-z]{2,3}):(\d{1,7})-(\d{1,7})$/) ?? [];
    return code ? { code, start: Number(start), end: Number(end), local: safelyDecoded(location.hash.slice(1)) } : null;
  }

  toolbar() {
    const views = this.codes.length > 1 ? ["both", ...this.codes] : [];
    this.viewButtons = views.map((code) => el("button", {
      type: "button", class: "plain", "data-view": code, onclick: () => this.view(code),
    }, code === "both" ? t("both") : nameOf(code)));
    const box = el("input", { type: "search", "data-key": "/", placeholder: t("searchWithin"), "aria-label": t("searchWithin") });
    const count = el("span", { class: "count", role: "status" });
    this.count = count;
    box.addEventListener("input", debounced(120, () => this.search(box.value)));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.step(event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape") {
        box.value = "";
        this.search("");
        box.blur();
      }
    });
    return el("div", { class: "toolbar" },
      views.length ? el("div", { class: "views", role: "group", "aria-label": t("showAs") }, this.viewButtons) : null,
      el("div", { class: "finding", role: "search" }, box, count,
        el("button", { type: "button", class: "plain", "aria-label": t("previous"), title: t("previous"), onclick: () => this.step(-1) }, "↑"),
        el("button", { type: "button", class: "plain", "aria-label": t("next"), title: t("next"), onclick: () => this.step(1) }, "↓")));
  }

  view(chosen) {
    const known = this.codes.includes(chosen) ? chosen : "both";
    for (const button of this.viewButtons) button.setAttribute("aria-pressed", String(button.dataset.view === known));
    for (const part of this.body.querySelectorAll("[data-language]")) {
      part.hidden = known !== "both" && part.dataset.language !== known;
    }
    this.body.dataset.columns = known === "both" ? String(this.codes.length) : "1";
    if (memory.get("view") !== known) memory.set("view", JSON.stringify(known));
    this.shown = known;
    if (this.sought) this.search(this.sought);
  }

  search(words) {
    this.sought = words.trim();
    const wanted = this.sought
      ? new RegExp(this.sought.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu")
      : null;
    for (const row of this.rows.values()) {
      const had = Object.keys(row.found).length > 0;
      row.found = {};
      if (wanted) {
        for (const code of Object.keys(row.columns)) {
          if (this.shown !== "both" && this.shown !== code) continue;
          const hits = [...row.paragraph.texts[code].matchAll(wanted)].filter((hit) => hit[0]);
          if (hits.length) row.found[code] = hits.map((hit) => ({ start: hit.index, end: hit.index + hit[0].length, kind: "found" }));
        }
      }
      if (had || Object.keys(row.found).length) this.fill(row);
    }
    this.matches = [...this.body.querySelectorAll("mark.found")];
    this.match = -1;
    this.count.textContent = this.sought && !this.matches.length ? t("noMatch") : "";
    if (this.matches.length) this.step(1);
  }

  step(by) {
    if (!this.matches.length) return;
    this.matches[this.match]?.classList.remove("current");
    this.match = (this.match + by + this.matches.length) % this.matches.length;
    const now = this.matches[this.match];
    now.classList.add("current");
    now.scrollIntoView({ block: "center" });
    this.count.textContent = t("matches", this.match + 1, this.matches.length);
  }

  /** On a small screen the outline is folded away. */
  smallOutline(outline) {
    const folded = el("details", { class: "folded", open: matchMedia("(min-width: 62rem)").matches },
      el("summary", {}, t("outline")), outline);
    outline.addEventListener("click", (event) => {
      if (event.target.closest("a") && matchMedia("(max-width: 62rem)").matches) folded.open = false;
    });
    return folded;
  }
}

function localOf(id) {
  return id.slice(id.indexOf("#") + 1);
}

/** The paragraph of an item. */
function rootOf(local) {
  return local.replace(/(?:\([^()]*\))+$/, "");
}

function nameOfParagraph(paragraph) {
  if (paragraph.kind === "numbered" || paragraph.kind === "operative") return paragraph.paragraph;
  if (paragraph.kind === "summary") return t("summary");
  return paragraph.kind === "preambular" ? paragraph.paragraph : "¶";
}

function safelyDecoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
