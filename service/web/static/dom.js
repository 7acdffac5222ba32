// Elements out of text. Nothing here, and nothing in the other files, turns a string into markup.

const SVG = "http://www.w3.org/2000/svg";
const CONTROLS = /([\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+)/;
const SHOWN_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/;

/** An element: `onclick` and the like are listeners, `true` an empty attribute, null and false none. */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Text of a document or a person as nodes. A direction mark is shut into an element of its own, where it
 * turns nothing round; those that reorder are also shown by name.
 */
export function plain(text) {
  return text.split(CONTROLS).map((piece, place) => (place % 2 ? control(piece) : piece));
}

function control(marks) {
  const names = Array.from(marks, (mark) => `U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`);
  const code = SHOWN_CONTROLS.test(marks) ? names.join(" ") : null;
  return el("bdi", { class: "control", "data-code": code }, marks);
}

/** Code point offsets, as the service counts, to those of JavaScript's strings. */
export function range(text, start, end, kind) {
  if (!/[\ud800-\udfff]/.test(text)) return { start, end, kind };
  const points = Array.from(text);
  const before = points.slice(0, start).join("").length;
  return { start: before, end: before + points.slice(start, end).join("").length, kind };
}

/**
 * A paragraph with parts of it marked, each of its lines an element. `ranges` hold offsets into `text` and
 * a class; they may overlap. The text content is `text`, character for character.
 */
export function passage(text, ranges = []) {
  const lines = [];
  let from = 0;
  for (const line of text.split("\n")) {
    const to = from + line.length;
    const item = /^\((?:[a-z]{1,5}|\d{1,3}|[一二三四五六七八九十]{1,3})\) /.test(line);
    lines.push(el("span", { class: item ? "line item" : "line" }, pieces(text, from, to, ranges)));
    if (to < text.length) lines.push("\n");
    from = to + 1;
  }
  return lines;
}

function pieces(text, from, to, ranges) {
  const inside = ranges.filter((r) => r.start < to && r.end > from);
  const edges = new Set([from, to]);
  for (const r of inside) edges.add(Math.max(r.start, from)).add(Math.min(r.end, to));
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, place) => {
    const piece = plain(text.slice(start, cuts[place + 1]));
    const kinds = inside.filter((r) => r.start <= start && r.end > start).map((r) => r.kind);
    return kinds.length ? el("mark", { class: kinds.join(" ") }, piece) : piece;
  });
}

/** An address of this service, or nothing: links never lead anywhere else because a response says so. */
export function here(url) {
  return /^\/(?![/\\])/.test(url) ? url : null;
}

export function tag(language) {
  return language === "zh" ? "zh-Hans" : language;
}

/** Whether a key was meant for what has the focus. */
export function typing(event) {
  return event.target.closest?.("input, textarea, select, [contenteditable]") !== null;
}

export function debounced(wait, act) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), wait);
  };
}

/** What a visit leaves for the next; a browser without storage just forgets. */
export const memory = {
  get(name) {
    try {
      return JSON.parse(localStorage.getItem(`rapporteur.${name}`));
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`rapporteur.${name}`, typeof value === "string" ? value : JSON.stringify(value));
    } catch {
      // Full or switched off: nothing that the page needs.
    }
  },
};
