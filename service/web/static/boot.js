// Runs before anything is painted: the colours and the language of the last visit.
"use strict";
{
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // storage is switched off: every visit is the first
    }
  };
  const theme = kept("rapporteur.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const chosen = kept("rapporteur.language");
  const first = (navigator.languages || [navigator.language]).find((tag) => /^(zh|en)\b/i.test(tag)) || "en";
  const language = chosen === "en" || chosen === "zh" ? chosen : first.slice(0, 2).toLowerCase();
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
}
