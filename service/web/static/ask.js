// The page that asks.

import { el, here, memory, plain, tag, typing } from "./dom.js";
import { call, documents } from "./service.js";
import { answerView, problemView } from "./answer.js";
import { language, t } from "./words.js";

const LONGEST = 2000;
const KEPT = 8;

// Shown only where the document that answers is in the index.
const EXAMPLES = [
  ["ICCD/COP(13)/CST/5", "When was the Global Symposium on Soil Organic Carbon held?"],
  ["A/64/202", "《生物多样性公约》缔约方会议第十届会议在哪里举行？"],
  ["A/64/202", "Where was the seventh session of the Committee for the Review of the Implementation of the Convention held?"],
  ["ICCD/COP(13)/CST/5", "土壤有机碳问题全球研讨会什么时候举行？"],
];

export function askPage(main) {
  const box = el("textarea", {
    id: "question", rows: "1", maxlength: String(LONGEST), placeholder: t("placeholder"), autocomplete: "off",
    "data-key": "/", enterkeyhint: "search", "aria-label": t("question"), oninput: () => fit(box),
  });
  fitWhenResized(box);
  const answerIn = el("select", { id: "answer-in" },
    el("option", { value: "auto" }, t("questionLanguage")),
    el("option", { value: "en", lang: "en" }, "English"),
    el("option", { value: "zh", lang: "zh-Hans" }, "中文"));
  const within = el("select", { id: "within" }, el("option", { value: "" }, t("allDocuments")));
  const form = el("form", { class: "asking", role: "search", onsubmit: (event) => submit(event) },
    el("div", { class: "box" }, box, el("button", { type: "submit", class: "primary" }, t("submit"))),
    el("div", { class: "scope" },
      el("label", {}, `${t("answerIn")} `, answerIn),
      el("label", {}, `${t("searchIn")} `, within)));
  const heading = el("h1", { class: "lead" }, t("tagline"));
  const result = el("div", { class: "result", id: "result" });
  const spoken = el("p", { class: "aside", role: "status", "aria-live": "polite" });
  const welcome = el("div", { class: "welcome" });
  const foot = el("p", { class: "holdings" });
  main.append(heading, form, result, spoken, welcome, foot);

  let running = new AbortController();
  let listed = Promise.resolve();

  function submit(event) {
    event.preventDefault();
    const question = box.value.trim();
    if (!question) {
      box.focus();
      return;
    }
    const asked = new URLSearchParams({ q: question });
    if (answerIn.value !== "auto") asked.set("lang", answerIn.value);
    if (within.value) asked.set("doc", within.value);
    const address = `/?${asked}`;
    if (address === location.pathname + location.search) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    show();
  }

  async function show() {
    running.abort();
    const asked = new URLSearchParams(location.search);
    const question = (asked.get("q") ?? "").trim();
    box.value = question;
    fit(box);
    answerIn.value = ["en", "zh"].includes(asked.get("lang")) ? asked.get("lang") : "auto";
    const symbol = asked.get("doc") ?? "";
    if (symbol && ![...within.options].some((option) => option.value === symbol)) {
      within.append(el("option", { value: symbol }, plain(symbol)));
    }
    within.value = symbol;
    document.body.classList.toggle("at-rest", !question);
    welcome.hidden = Boolean(question);
    foot.hidden = Boolean(question);
    if (!question) {
      document.title = "rapporteur";
      result.replaceChildren();
      recentQuestions();
      box.focus();
      return;
    }
    document.title = `${question} · rapporteur`;
    running = new AbortController();
    const { signal } = running;
    result.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => { spoken.textContent = t("working"); }, 400);
    try {
      const body = { question, language: answerIn.value };
      if (symbol) body.documents = [symbol];
      const response = await call("/v1/answers", { body, signal });
      performance.mark("answer-received");
      const shown = answerView(response);
      result.replaceChildren(shown.view);
      performance.measure("answer-shown", "answer-received");
      spoken.textContent = shown.spoken;
      remember({ q: question, lang: asked.get("lang"), doc: asked.get("doc") });
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!error.code) throw error;
      result.replaceChildren(problemView(error, show));
      spoken.textContent = `${t("problem")} ${error.message}`;
    } finally {
      clearTimeout(slow);
      if (!signal.aborted) result.removeAttribute("aria-busy");
    }
    if (matchMedia("(pointer: coarse)").matches) box.blur();
  }

  function recentQuestions() {
    welcome.querySelector(".recent")?.remove();
    const asked = recent();
    if (!asked.length) return;
    const forget = () => {
      memory.set("recent", []);
      recentQuestions();
      box.focus();
    };
    welcome.append(el("section", { class: "recent" },
      el("h2", {}, t("recent")),
      el("ul", { class: "questions" }, asked.map((entry) => el("li", {}, questionLink(entry)))),
      el("button", { type: "button", class: "plain", onclick: forget }, t("forget"))));
  }

  async function holdings() {
    const found = await documents();
    const options = found.map((d) => el("option", { value: d.symbol }, plain(d.symbol)));
    const chosen = within.value;
    within.replaceChildren(within.options[0], ...options);
    if (chosen && !found.some((d) => d.symbol === chosen)) within.append(el("option", { value: chosen }, plain(chosen)));
    within.value = chosen;
    const symbols = new Set(found.map((d) => d.symbol));
    const examples = EXAMPLES.filter(([symbol]) => symbols.has(symbol)).map(([, q]) => ({ q }));
    const paragraphs = found.reduce((sum, d) => sum + d.paragraphs, 0);
    foot.replaceChildren(el("a", { href: "/documents" }, t("holdings", found.length, paragraphs)));
    if (examples.length) {
      welcome.prepend(el("section", { class: "examples" },
        el("h2", {}, t("examples")),
        el("ul", { class: "questions" }, examples.map((entry) => el("li", {}, questionLink(entry))))));
    }
  }

  function questionLink(entry) {
    const asked = new URLSearchParams(Object.entries(entry).filter(([, value]) => value));
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      history.pushState(null, "", `/?${asked}`);
      show();
      box.focus();
    };
    const lang = /[\u4e00-\u9fff]/.test(entry.q) ? "zh-Hans" : "en";
    return el("a", { href: `/?${asked}`, lang, onclick: open }, plain(entry.q));
  }

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "ArrowDown" && box.selectionEnd === box.value.length) {
      if (step(1, event)) event.preventDefault();
    } else if (event.key === "Escape") {
      box.blur();
    }
  });
  for (const chosen of [answerIn, within]) {
    chosen.addEventListener("change", () => { if (box.value.trim()) form.requestSubmit(); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const within = event.target.closest?.("[data-citation]");
    if (event.key === "Escape") {
      box.focus();
      box.select();
    } else if (event.key === "ArrowRight" || (event.key === "ArrowDown" && within)) {
      if (step(1, event)) event.preventDefault();
    } else if (event.key === "ArrowLeft" || (event.key === "ArrowUp" && within)) {
      if (step(-1, event)) event.preventDefault();
      else if (event.key === "ArrowUp") { event.preventDefault(); box.focus(); }
    } else if (event.key === "Enter" && event.target === within && here(within.dataset.open)) {
      location.href = within.dataset.open;
    }
  });
  addEventListener("popstate", show);

  listed = holdings().catch((error) => {
    if (!error.code) throw error;
    if (!new URLSearchParams(location.search).get("q")) result.replaceChildren(problemView(error, () => location.reload()));
  });
  show();
  return listed;

  /** To the citation before or after the one that has the focus. */
  function step(by) {
    const all = [...result.querySelectorAll("[data-citation]")];
    const now = all.indexOf(document.activeElement.closest("[data-citation]"));
    const next = all[now < 0 ? (by > 0 ? 0 : -1) : now + by];
    if (!next) return false;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  }
}

// A narrower box needs more lines: on a phone that is turned, in a window made smaller.
function fitWhenResized(box) {
  let width = 0;
  new ResizeObserver(() => {
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    requestAnimationFrame(() => fit(box));
  }).observe(box);
}

function fit(box) {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

function recent() {
  const kept = memory.get("recent");
  return Array.isArray(kept) ? kept.filter((entry) => typeof entry?.q === "string").slice(0, KEPT) : [];
}

function remember(entry) {
  const same = (a, b) => a.q === b.q && (a.lang ?? null) === (b.lang ?? null) && (a.doc ?? null) === (b.doc ?? null);
  memory.set("recent", [entry, ...recent().filter((kept) => !same(kept, entry))].slice(0, KEPT));
}
