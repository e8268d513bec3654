/** A field that finds symbols: a combobox with a list of matches (ARIA pattern). */

import { getJson, Problem } from "./api.js";
import { announce, el, fill } from "./dom.js";

/** @typedef {import("./types.js").SymbolInfo} SymbolInfo */

const DELAY_MS = 180;
let fields = 0;

/**
 * Returns the field.
 *
 * @param {{label: string, placeholder: string, onPick: (symbol: string) => void, keep?: boolean,
 *   value?: string, shortcut?: string}} options `keep` leaves the picked symbol in the field.
 */
export function symbolField(options) {
  fields += 1;
  const listId = `matches-${fields}`;
  const input = el("input", {
    type: "text",
    role: "combobox",
    id: `symbol-field-${fields}`,
    "aria-label": options.label,
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-autocomplete": "list",
    "aria-keyshortcuts": options.shortcut,
    placeholder: options.placeholder,
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    maxlength: 100,
    value: options.value,
  });
  const list = el("ul", { role: "listbox", id: listId, class: "matches", hidden: true, "aria-label": "Matches" });
  const hint = options.shortcut ? el("kbd", { "aria-hidden": "true" }, options.shortcut) : null;
  const root = el("div", { class: "symbol-field" }, input, hint, list);
  /** @type {SymbolInfo[]} */
  let matches = [];
  let active = -1;
  let timer = 0;
  let running = new AbortController();

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  /** @param {string} symbol */
  const pick = (symbol) => {
    clearTimeout(timer);
    running.abort();
    input.value = options.keep ? symbol : "";
    close();
    options.onPick(symbol);
  };
  /** @param {number} index */
  const activate = (index) => {
    active = (index + matches.length) % matches.length;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
    const item = list.children[active];
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  /** @param {string} text */
  const message = (text) => {
    fill(list, el("li", { class: "matches-note", role: "option", "aria-disabled": "true", "aria-selected": "false" }, text));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const search = async () => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const query = input.value.trim();
    if (!query) return close();
    try {
      const found = await getJson(`symbols?query=${encodeURIComponent(query)}&limit=8`, signal);
      if (signal.aborted) return;
      matches = found.symbols;
      active = -1;
      if (!matches.length) return message("No match. Press Enter to open the symbol as typed.");
      fill(list, ...matches.map((match, index) => option(match, index, listId, pick)));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      announce(`${matches.length} matches`);
    } catch (error) {
      if (signal.aborted) return;
      matches = [];
      message(error instanceof Problem ? error.message : "The search failed. Try again.");
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, DELAY_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && matches.length) activate(active + 1);
    else if (event.key === "ArrowUp" && matches.length) activate(active < 0 ? -1 : active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter") {
      const typed = input.value.trim().toUpperCase();
      const exact = matches.find(({ symbol }) => symbol === typed);
      const chosen = active >= 0 ? matches[active].symbol : (exact ?? matches[0])?.symbol || typed;
      if (chosen && input.value.trim()) pick(chosen);
    } else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  return { root, input };
}

/**
 * @param {SymbolInfo} match
 * @param {number} index
 * @param {string} listId
 * @param {(symbol: string) => void} pick
 */
function option(match, index, listId, pick) {
  return el(
    "li",
    {
      role: "option",
      id: `${listId}-${index}`,
      "aria-selected": "false",
      // Before the field loses the focus.
      onmousedown: (/** @type {Event} */ event) => event.preventDefault(),
      onclick: () => pick(match.symbol),
    },
    el("b", {}, match.symbol),
    el("span", {}, match.name ?? ""),
    el("small", {}, match.exchange ?? ""),
  );
}
