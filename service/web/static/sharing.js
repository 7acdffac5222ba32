// Out of the page: clipboard, the device's share sheet, and a word that it worked.

import { el } from "./dom.js";
import { t } from "./words.js";

let notice;

/** The line at the foot where things done are told, to screen readers too. */
export function noticeBoard() {
  notice = el("div", { class: "notice", role: "status", "aria-live": "polite" });
  return notice;
}

export function tell(message) {
  notice.textContent = message;
  notice.classList.add("shown");
  setTimeout(() => {
    if (notice.textContent === message) notice.classList.remove("shown");
  }, 2600);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard without https or leave: the old way.
    const area = el("textarea", { class: "aside", "aria-hidden": "true", tabindex: "-1" });
    area.value = text;
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    if (!done) {
      tell(t("copyFailed"));
      return;
    }
  }
  tell(t("copied", text.length > 90 ? `${text.slice(0, 89)}…` : text));
}

/** Null where the device has no share sheet. */
export function shareButton(title, url) {
  if (!navigator.share) return null;
  const share = () => navigator.share({ title, url }).catch((error) => {
    if (error.name !== "AbortError") tell(t("copyFailed"));
  });
  return el("button", { type: "button", class: "plain", onclick: share }, t("share"));
}

export function copyButton(label, text, name = null) {
  const act = () => copy(typeof text === "function" ? text() : text);
  return el("button", { type: "button", class: "plain", onclick: act, "aria-label": name }, label);
}
