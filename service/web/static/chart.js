// Dated facts drawn over time.
//
// Years are as wide as what happens in them (within a year time runs evenly), so that a crowded year can be
// read beside an empty decade. Above the axis stand days and shorter periods, below it whole years (a square
// each) and longer periods.

import { el, plain, svg, tag } from "./dom.js";
import { quoteAddress } from "./service.js";
import { labelOf, language, n, t } from "./words.js";

const DAY = 86_400_000;
const COLOURS = 6;
const SIDE = 8;
const TALLEST = 300;
const PITCH = 13;
const CROWD = 1000; // facts from which on months are drawn, not each fact

export class Chart {
  /** `zoom` is called with a year or a month, `2009-03`, or null for all. */
  constructor(zoom) {
    this.zoom = zoom;
    this.facts = [];
    this.marks = [];
    this.tip = el("div", { class: "tip", "aria-hidden": "true" });
    this.tip.hidden = true;
    this.canvas = el("div", { class: "canvas" });
    this.legend = el("ul", { class: "legend" });
    this.whole = el("button", { type: "button", class: "plain", onclick: () => zoom(null) }, t("wholeTime"));
    this.caption = el("figcaption", { class: "hint" });
    this.view = el("figure", { class: "chart" },
      el("div", { class: "chart-head" }, this.legend, this.whole),
      this.canvas, this.tip,
      this.caption);
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    for (const kind of ["mouseover", "focusin"]) this.canvas.addEventListener(kind, (event) => this.point(event));
    for (const kind of ["mouseleave", "focusout"]) this.canvas.addEventListener(kind, () => { this.tip.hidden = true; });
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
  }

  draw(facts, zoomed) {
    this.facts = facts.filter((fact) => fact.first !== null).map((fact) => ({
      fact, from: Date.parse(fact.first), to: Date.parse(fact.last) + DAY,
    }));
    this.whole.hidden = !zoomed;
    this.symbols = [...new Set(facts.map((fact) => fact.symbol))];
    this.legend.replaceChildren(...this.symbols.map((symbol, place) => el("li", {},
      el("span", { class: `key series-${Math.min(place, COLOURS)}`, "aria-hidden": "true" }), plain(symbol))));
    this.view.hidden = !this.facts.length;
    this.width = 0;
    this.redraw();
  }

  redraw() {
    const width = Math.floor(this.canvas.clientWidth);
    if (width === this.width || width === 0) return;
    this.width = width;
    if (!this.facts.length) return;
    const scale = new Scale(this.facts, width);
    const crowded = this.facts.length > CROWD;
    this.legend.hidden = crowded;
    this.caption.textContent = t(crowded ? "chartCrowded" : "chartHelp");
    const { marks, axis, height } = crowded ? this.months(scale) : this.single(scale);
    this.marks = marks.map((mark) => mark.element);
    this.told = new Map(marks.map((mark) => [mark.element, mark.told]));
    this.marks[0]?.setAttribute("tabindex", "0");
    this.canvas.replaceChildren(svg("svg", {
      viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": t("chart"),
    }, scale.lines(axis, height, (year) => this.zoom(year)), this.marks));
  }

  /** A mark for each fact, in order. */
  single(scale) {
    const whole = ({ fact }) => /^\d{4}$/.test(fact.value);
    const long = (f) => !whole(f) && f.to - f.from > 200 * DAY;
    const upper = laned(this.facts.filter((f) => !whole(f) && !long(f)), scale, 7);
    const lower = laned(this.facts.filter(long), scale, 7);
    const squares = this.squares(this.facts.filter(whole), scale);
    const pitch = Math.max(3, Math.min(PITCH, TALLEST / Math.max(1, upper.lanes)));
    const axis = Math.max(56, upper.lanes * pitch + 18);
    const below = axis + 30;
    const height = below + squares.rows * (SIDE + 3) + lower.lanes * PITCH + 14;
    const marks = [
      ...upper.placed.map(([f, x, w, lane]) => this.mark(f, x, w, axis - 10 - lane * pitch, Math.min(9, pitch - 2))),
      ...squares.placed.map(([f, x, row]) => this.mark(f, x, SIDE, below + row * (SIDE + 3) + SIDE / 2, SIDE, true)),
      ...lower.placed.map(([f, x, w, lane]) => this.mark(f, x, w, below + squares.rows * (SIDE + 3) + 6 + lane * PITCH, 9)),
    ];
    marks.sort((a, b) => a.of.from - b.of.from || a.of.to - b.of.to);
    return { marks, axis, height };
  }

  /** A bar for each month in which facts begin, in order. */
  months(scale) {
    const counts = new Map();
    for (const { fact } of this.facts) {
      const month = fact.first.slice(0, 7);
      counts.set(month, (counts.get(month) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    const axis = 240;
    const marks = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([month, count]) => {
      const [year, number] = month.split("-").map(Number);
      const x = scale.at(Date.UTC(year, number - 1));
      const width = Math.max(3, scale.at(Date.UTC(year, number)) - x - 1);
      const tall = Math.max(2, (count / most) * (axis - 20));
      const told = `${month}: ${n(count, "oneFact", "someFacts")}`;
      const search = new URLSearchParams(location.search);
      search.set("from", month);
      search.set("to", month);
      const element = svg("a", {
        href: `/timeline?${search}`, class: "fact series-0", tabindex: "-1", "aria-label": told,
        onclick: (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          this.zoom(month);
        },
      }, svg("rect", { class: "reach", x, y: 0, width, height: axis }),
      svg("rect", { x, y: axis - tall, width, height: tall }));
      return { element, told: () => [el("p", { class: "date" }, told)] };
    });
    return { marks, axis, height: axis + 30 };
  }

  squares(facts, scale) {
    const used = new Map();
    const placed = facts.map((f) => {
      const year = new Date(f.from).getUTCFullYear();
      const [left, right] = scale.span(year);
      const across = Math.max(1, Math.floor((right - left - 4) / (SIDE + 3)));
      const place = used.get(year) ?? 0;
      used.set(year, place + 1);
      return [f, left + 3 + (place % across) * (SIDE + 3), Math.floor(place / across)];
    });
    return { placed, rows: Math.max(0, ...placed.map(([, , row]) => row + 1)) };
  }

  mark(of, x, width, y, thick, square = false) {
    const { fact } = of;
    const series = `series-${Math.min(this.symbols.indexOf(fact.symbol), COLOURS)}`;
    const wide = Math.max(width, thick);
    const shape = svg("rect", { x, y: y - thick / 2, width: wide, height: thick, rx: square ? 1.5 : thick / 2 });
    const reach = svg("rect", { class: "reach", x: x - 2, y: y - thick / 2 - 2, width: wide + 4, height: thick + 4 });
    const text = fact.translations[language] ?? fact;
    const element = svg("a", {
      href: quoteAddress({ ...fact, ...text }), class: `fact ${series}`, tabindex: "-1",
      "aria-label": `${fact.date[language]}: ${shortened(text.quote)} (${labelOf(fact)})`,
    }, reach, shape);
    const told = () => [
      el("p", { class: "date" }, plain(fact.date[language])),
      el("p", { lang: tag(text.language) }, plain(shortened(text.quote))),
      el("p", { class: "where" }, plain(labelOf(fact))),
    ];
    return { element, of, told };
  }

  key(event) {
    const now = this.marks.indexOf(event.target);
    if (now < 0) return;
    const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: this.marks.length - 1 }[event.key];
    if (to === undefined || !this.marks[to]) return;
    event.preventDefault();
    this.marks[now].setAttribute("tabindex", "-1");
    this.marks[to].setAttribute("tabindex", "0");
    this.marks[to].focus();
  }

  point(event) {
    const mark = event.target.closest("a.fact");
    const told = mark && this.told.get(mark);
    if (!told) {
      this.tip.hidden = true;
      return;
    }
    this.tip.replaceChildren(...told());
    this.tip.hidden = false;
    const frame = this.view.getBoundingClientRect();
    const at = mark.querySelector("rect:last-child").getBoundingClientRect();
    const left = Math.min(Math.max(0, at.left - frame.left - 24), frame.width - this.tip.offsetWidth);
    this.tip.style.left = `${left}px`;
    this.tip.style.top = `${at.bottom - frame.top + 10}px`;
  }
}

/** Places in time on `width` pixels: each year has a share that grows with the facts in it. */
class Scale {
  constructor(facts, width) {
    const years = facts.flatMap((f) => [new Date(f.from).getUTCFullYear(), new Date(f.to - DAY).getUTCFullYear()]);
    const first = Math.min(...years);
    const last = Math.max(...years);
    const counts = new Map();
    for (const f of facts) {
      const year = new Date(f.from).getUTCFullYear();
      counts.set(year, (counts.get(year) ?? 0) + 1);
    }
    const busy = [...counts.keys()].sort((a, b) => a - b);
    // A run of years in which nothing begins is one narrow gap.
    this.parts = [];
    for (let year = first; year <= last; year += 1) {
      if (counts.has(year)) {
        this.parts.push({ year, until: year + 1, share: 1 + Math.sqrt(counts.get(year)) });
      } else {
        const next = busy.find((other) => other > year) ?? last + 1;
        this.parts.push({ year, until: next, share: next - year > 1 ? 0.9 : 0.7, gap: true });
        year = next - 1;
      }
    }
    const sum = this.parts.reduce((all, part) => all + part.share, 0);
    let x = 4;
    for (const part of this.parts) {
      part.left = x;
      x += (part.share / sum) * (width - 8);
      part.right = x;
    }
  }

  span(year) {
    const part = this.parts.find((p) => p.year <= year && year < p.until);
    return [part.left, part.right];
  }

  at(time) {
    const year = new Date(time).getUTCFullYear();
    const part = this.parts.find((p) => year < p.until);
    if (!part) return this.parts.at(-1).right;
    const from = Date.UTC(part.year, 0);
    return part.left + ((time - from) / (Date.UTC(part.until, 0) - from)) * (part.right - part.left);
  }

  lines(axis, height, zoom) {
    const drawn = [svg("line", { class: "axis", x1: 0, x2: this.parts.at(-1).right + 4, y1: axis, y2: axis })];
    for (const part of this.parts) {
      const room = part.right - part.left;
      drawn.push(svg("line", { class: "grid", x1: part.left, x2: part.left, y1: 0, y2: height }));
      if (part.gap) {
        const middle = (part.left + part.right) / 2;
        drawn.push(svg("text", { class: "gap", x: middle, y: axis + 18, "text-anchor": "middle" }, "⋯"));
        continue;
      }
      if (room > 240) drawn.push(this.months(part, axis));
      const name = room > 34 ? String(part.year) : `’${String(part.year).slice(2)}`;
      const search = new URLSearchParams(location.search);
      search.set("from", String(part.year));
      search.set("to", String(part.year));
      drawn.push(svg("a", {
        class: "year-name", href: `/timeline?${search}`, "aria-label": t("yearZoom", String(part.year)),
        onclick: (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          zoom(String(part.year));
        },
      }, svg("text", { x: part.left + 4, y: axis + 18 }, name)));
    }
    return drawn;
  }

  months(part, axis) {
    const names = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { month: "narrow", timeZone: "UTC" });
    const every = part.right - part.left > 420 ? 1 : 3;
    return Array.from({ length: 12 }, (_, month) => {
      const x = this.at(Date.UTC(part.year, month));
      const parts = [svg("line", { class: "tick", x1: x, x2: x, y1: axis, y2: axis + 4 })];
      if (month && month % every === 0 && part.right - part.left > 300) {
        parts.push(svg("text", { class: "month", x: x + 2, y: axis + 15 }, names.format(Date.UTC(part.year, month))));
      }
      return parts;
    });
  }
}

/** Each fact in the lowest lane where it is free. `[fact, x, width, lane]`, and how many lanes. */
function laned(facts, scale, least) {
  const free = [];
  const placed = facts.map((f) => {
    const x = scale.at(f.from);
    const width = Math.max(least, scale.at(f.to) - x);
    let lane = free.findIndex((end) => end <= x);
    if (lane < 0) lane = free.push(0) - 1;
    free[lane] = x + width + 3;
    return [f, x, width, lane];
  });
  return { placed, lanes: free.length };
}

function shortened(text) {
  const letters = Array.from(text);
  return letters.length > 180 ? `${letters.slice(0, 179).join("")}…` : text;
}
