/** A field that finds symbols: a combobox with a list of matches (ARIA pattern). */

import { getJson, Problem } from "./api.js";
import { announce, el, fill } from "./dom.js";

/** @typedef {import("./types.js").SymbolInfo} SymbolInfo */
/**
 * @typedef {{label: string, placeholder: string, onPick: (symbol: string) => void, keep?: boolean,
 *   value?: string, shortcut?: string}} FieldOptions `keep` leaves the picked symbol in the field.
 */

const DELAY_MS = 180;
/** Time that Enter waits for the search before it takes the symbol as typed: a name is no symbol. */
const MAX_WAIT_MS = 15_000;
/** Time after which a reader who has pressed Enter is told that the search runs. */
const NOTE_MS = 400;
let fields = 0;

/**
 * Returns the field.
 *
 * @param {FieldOptions} options
 */
export function symbolField(options) {
  const { root, input } = new SymbolField(options);
  return { root, input };
}

/**
 * Returns what a typed text stands for: the instrument with that symbol, else the best match of the search;
 * null if the search knows none or fails.
 *
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<SymbolInfo | null>}
 */
export async function findTyped(text, signal) {
  try {
    const { symbols } = await matchesOf(text, signal);
    return symbols.find(({ symbol }) => symbol === text.toUpperCase()) ?? symbols[0] ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {string} query
 * @param {AbortSignal} signal
 * @returns {Promise<{symbols: SymbolInfo[]}>}
 */
function matchesOf(query, signal) {
  return getJson(`symbols?query=${encodeURIComponent(query)}&limit=8`, signal);
}

class SymbolField {
  /** @param {FieldOptions} options */
  constructor(options) {
    fields += 1;
    this.options = options;
    this.listId = `matches-${fields}`;
    this.input = el("input", {
      type: "text",
      role: "combobox",
      id: `symbol-field-${fields}`,
      "aria-label": options.label,
      "aria-expanded": "false",
      "aria-controls": this.listId,
      "aria-autocomplete": "list",
      "aria-keyshortcuts": options.shortcut,
      placeholder: options.placeholder,
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      maxlength: 100,
      value: options.value,
    });
    this.list = el("ul", { role: "listbox", id: this.listId, class: "matches", hidden: true, "aria-label": "Matches" });
    const hint = options.shortcut ? el("kbd", { "aria-hidden": "true" }, options.shortcut) : null;
    this.root = el("div", { class: "symbol-field" }, this.input, hint, this.list);
    /** @type {SymbolInfo[]} */
    this.matches = [];
    this.active = -1;
    this.timer = 0;
    // Whether the search for the text has not begun.
    this.waiting = false;
    /** @type {Promise<void>} */
    this.searching = Promise.resolve();
    this.running = new AbortController();
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      // Matches of an earlier text must not be picked by Enter.
      this.matches = [];
      this.active = -1;
      this.waiting = true;
      this.timer = setTimeout(() => this.begin(), DELAY_MS);
    });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  open() {
    // The reader may have left the field while the search ran.
    if (document.activeElement !== this.input) return;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  /** @param {string} symbol */
  pick(symbol) {
    clearTimeout(this.timer);
    this.running.abort();
    this.matches = [];
    this.input.value = this.options.keep ? symbol : "";
    this.close();
    this.options.onPick(symbol);
  }

  /** @param {number} index */
  activate(index) {
    this.active = (index + this.matches.length) % this.matches.length;
    [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === this.active)));
    const item = this.list.children[this.active];
    this.input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} text */
  message(text) {
    this.matches = [];
    fill(this.list, el("li", { class: "matches-note", role: "option", "aria-disabled": "true", "aria-selected": "false" }, text));
    this.open();
  }

  begin() {
    clearTimeout(this.timer);
    this.waiting = false;
    this.searching = this.search();
  }

  async search() {
    this.running.abort();
    this.running = new AbortController();
    const { signal } = this.running;
    const query = this.input.value.trim();
    if (!query) return this.close();
    try {
      const found = await matchesOf(query, signal);
      if (!signal.aborted) this.show(found.symbols);
    } catch (error) {
      if (signal.aborted) return;
      this.message(error instanceof Problem ? error.message : "The search failed. Try again.");
    }
  }

  /** @param {SymbolInfo[]} matches */
  show(matches) {
    if (!matches.length) return this.message("No match. Press Enter to use the symbol as typed.");
    this.matches = matches;
    this.active = -1;
    fill(this.list, ...matches.map((match, index) => this.option(match, index)));
    this.open();
    announce(`${matches.length} matches`);
  }

  /**
   * @param {SymbolInfo} match
   * @param {number} index
   */
  option(match, index) {
    return el(
      "li",
      {
        role: "option",
        id: `${this.listId}-${index}`,
        "aria-selected": "false",
        // Before the field loses the focus.
        onmousedown: (/** @type {Event} */ event) => event.preventDefault(),
        onclick: () => this.pick(match.symbol),
      },
      el("b", {}, match.symbol),
      el("span", {}, match.name ?? ""),
      el("small", {}, match.exchange ?? ""),
    );
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const { active, matches } = this;
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowDown: () => matches.length && this.activate(active + 1),
      ArrowUp: () => matches.length && this.activate(active < 0 ? -1 : active - 1),
      Escape: () => this.close(),
      Enter: () => void this.choose(),
    };
    const action = actions[event.key];
    if (!action || event.isComposing) return;
    action();
    event.preventDefault();
  }

  /** Picks the active match, else the symbol as typed or the best match; the search is waited for. */
  async choose() {
    const typed = this.input.value.trim().toUpperCase();
    if (!typed) return;
    if (this.waiting) this.begin();
    const note = setTimeout(() => this.message("Searching …"), NOTE_MS);
    await Promise.race([this.searching, new Promise((resolve) => setTimeout(resolve, MAX_WAIT_MS))]);
    clearTimeout(note);
    if (this.input.value.trim().toUpperCase() !== typed) return;
    const exact = this.matches.find(({ symbol }) => symbol === typed);
    const match = this.matches[this.active] ?? exact ?? this.matches[0];
    this.pick(match?.symbol ?? typed);
  }
}
