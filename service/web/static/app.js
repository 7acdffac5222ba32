// What all pages share: the frame, the keys, and which page this is.

import { el, memory, typing } from "./dom.js";
import { language, other, speak, t } from "./words.js";
import { noticeBoard } from "./sharing.js";
import { askPage } from "./ask.js";
import { documentsPage } from "./documents.js";
import { mandatesPage } from "./mandates.js";
import { readerPage } from "./reader.js";
import { timelinePage } from "./timeline.js";

const PAGES = [
  ["/", "ask", askPage],
  ["/documents", "documents", documentsPage],
  ["/mandates", "mandates", mandatesPage],
  ["/timeline", "timeline", timelinePage],
];
const THEMES = ["auto", "light", "dark"];

function masthead(current) {
  const links = PAGES.map(([path, key]) =>
    el("a", { href: path, "aria-current": key === current ? "page" : null }, t(key)));
  return el("header", { class: "masthead" },
    el("a", { class: "skip", href: "#main", onclick: skip }, t("skip")),
    el("a", { class: "wordmark", href: "/", translate: "no" }, "rapporteur"),
    el("nav", { "aria-label": t("navigation") }, links),
    el("div", { class: "tools" },
      themeButton(),
      el("button", {
        type: "button", class: "plain", lang: other === "zh" ? "zh-Hans" : "en", id: "switch",
        onclick: () => speak(other),
      }, t("switch"))));
}

function skip(event) {
  event.preventDefault(); // the part after # names paragraphs
  document.getElementById("main").focus();
}

function themeButton() {
  const root = document.documentElement;
  const button = el("button", { type: "button", class: "plain theme", onclick: () => turn(1) });
  const turn = (steps) => {
    const now = THEMES.indexOf(root.dataset.theme ?? "auto");
    const next = THEMES[(now + steps) % THEMES.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    if (steps) memory.set("theme", next);
    const name = t("theme", t(`theme${next}`));
    button.replaceChildren(el("span", { class: `disc ${next}`, "aria-hidden": "true" }));
    button.setAttribute("aria-label", name);
    button.title = name;
  };
  turn(0);
  return button;
}

function colophon() {
  const key = (name, meaning) => el("span", {}, el("kbd", {}, name), ` ${t(meaning)}`);
  return el("footer", { class: "colophon" },
    el("p", { class: "keys", "aria-label": t("keys"), role: "note" },
      key("/", "keyAsk"), key("↓ ↑", "keyArrows"), key("↵", "keyOpen"), key("Esc", "keyBack")),
    el("p", {}, el("a", { href: "/docs" }, t("interface"))));
}

function start() {
  const path = location.pathname;
  const [, key, page] = path.startsWith("/documents/")
    ? ["", "documents", readerPage]
    : PAGES.find(([known]) => known === path) ?? PAGES[0];
  const main = el("main", { id: "main", tabindex: "-1" });
  document.body.replaceChildren(masthead(key), main, colophon(), noticeBoard());
  document.title = key === "ask" ? "rapporteur" : `${t(key)} · rapporteur`;
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.querySelector("[data-key='/']");
    if (!box) {
      location.href = "/";
      return;
    }
    event.preventDefault();
    box.focus();
    box.select();
  });
  page(main);
}

start();
