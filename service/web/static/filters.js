// The filters that mandates and dated facts share; they stand in the address, so that a link keeps them.

import { debounced, el, plain } from "./dom.js";
import { call, documents } from "./service.js";
import { t } from "./words.js";

const MOST = 5000;

/**
 * A form over `fields`, `[name, label, hint]` each, and what it finds. `show` is given each result of
 * `path`; what is wrong with a filter is said under the form and leaves what is shown.
 */
export class Filters {
  constructor(path, fields, formats, show) {
    this.path = path;
    this.show = show;
    this.running = new AbortController();
    this.inputs = Object.fromEntries(fields.map(([name, , hint]) =>
      [name, el("input", { name, type: "text", placeholder: hint ?? null, autocomplete: "off", spellcheck: "false" })]));
    this.inputs[fields[0][0]].dataset.key = "/";
    this.inputs.documents = el("select", { name: "documents" }, el("option", { value: "" }, t("allDocuments")));
    this.problem = el("p", { class: "caution", role: "alert" });
    this.problem.hidden = true;
    this.count = el("p", { class: "count", role: "status" });
    this.edition = el("span", { class: "badge digest" }, t("digest"));
    this.edition.hidden = true;
    this.clear = el("button", { type: "button", class: "plain reset", onclick: () => this.reset() }, t("reset"));
    this.links = formats.map(([format, label]) => [format, el("a", { class: "plain", download: true }, t(label))]);
    const later = debounced(250, () => this.changed());
    this.form = el("form", {
      class: "filters", role: "search", "aria-label": t("filters"), oninput: later,
      onsubmit: (event) => { event.preventDefault(); this.changed(); },
    },
    fields.map(([name, label]) => el("label", { class: `field ${name}` }, el("span", {}, t(label)), this.inputs[name])),
    el("label", { class: "field documents" }, el("span", {}, t("document")), this.inputs.documents),
    this.clear);
    // On a small screen they would stand between the reader and everything else.
    const wide = matchMedia("(min-width: 40rem)");
    this.view = el("details", { class: "filtering", open: wide.matches }, el("summary", {}, t("filters")), this.form);
    wide.addEventListener("change", () => { if (wide.matches) this.view.open = true; });
    this.summary = el("div", { class: "summary" },
      el("div", { class: "tally" }, this.count, this.edition),
      el("p", { class: "downloads" }, `${t("download")}: `, this.links.map(([, link]) => link)));
    addEventListener("popstate", () => this.read());
  }

  async start() {
    this.read();
    const found = await documents();
    const chosen = this.inputs.documents.value;
    this.inputs.documents.replaceChildren(this.inputs.documents.options[0],
      ...found.map((d) => el("option", { value: d.symbol }, plain(d.symbol))));
    this.inputs.documents.value = chosen;
  }

  /** The filters of the address. */
  read() {
    const asked = new URLSearchParams(location.search);
    for (const [name, input] of Object.entries(this.inputs)) {
      const value = asked.get(name) ?? "";
      if (name === "documents" && value && ![...input.options].some((o) => o.value === value)) {
        input.append(el("option", { value }, plain(value)));
      }
      input.value = value;
    }
    this.fetch();
  }

  reset() {
    for (const input of Object.values(this.inputs)) input.value = "";
    this.changed();
  }

  set(values) {
    for (const [name, value] of Object.entries(values)) this.inputs[name].value = value;
    this.changed();
  }

  /** Says once what is true of all records; returns whether each has to say it for itself. */
  editions(records) {
    const digests = records.filter((record) => record.edition === "digest").length;
    this.edition.hidden = digests === 0 || digests < records.length;
    return digests > 0 && digests < records.length;
  }

  asked() {
    const given = Object.entries(this.inputs).map(([name, input]) => [name, input.value.trim()]);
    return new URLSearchParams(given.filter(([, value]) => value));
  }

  changed() {
    const asked = this.asked();
    const address = asked.size ? `${location.pathname}?${asked}` : location.pathname;
    if (address === location.pathname + location.search) return;
    history.replaceState(null, "", address);
    this.fetch();
  }

  async fetch() {
    this.running.abort();
    this.running = new AbortController();
    const asked = this.asked();
    this.clear.hidden = asked.size === 0;
    for (const [format, link] of this.links) {
      const wanted = new URLSearchParams(asked);
      wanted.set("format", format);
      link.href = `${this.path}?${wanted}`;
    }
    asked.set("limit", String(MOST));
    try {
      const found = await call(`${this.path}?${asked}`, { signal: this.running.signal });
      this.problem.hidden = true;
      this.show(found);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!error.code) throw error;
      this.problem.hidden = false;
      this.problem.replaceChildren(...plain(error.code === "unreachable" ? t("unreachable") : error.message));
    }
  }
}
