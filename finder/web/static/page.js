// What the pages gain from a script. Without it the box is a plain form, filters and buttons load pages, menus close by their own button.

import { setClocks } from "./clocks.js";
import { Live } from "./live.js";
import { Suggestions } from "./suggestions.js";
import { hearVerdicts } from "./verdicts.js";

// The answer before the suggestions: at a pause in typing, what was made first asks first.
for (const form of document.querySelectorAll("form[data-live]")) new Live(form);
for (const box of document.querySelectorAll(".combo[data-suggest]")) new Suggestions(box);
hearVerdicts();

const TICK = 15_000; // milliseconds
setClocks(document);
setInterval(() => setClocks(document), TICK);

const menus = () => document.querySelectorAll(".menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});
