/** The prose of a report while it is written: a draft, whose figures are checked when all of it is written. */

import { el, fill } from "./dom.js";
import { checkedText } from "./figures.js";
import { words } from "./format.js";

/** @typedef {{attempt: number, section: string | null, text: string}} ProseFrame */

/** @typedef {{text: string, root: HTMLElement, prose: HTMLElement}} Part */

export class Draft {
  constructor() {
    this.note = el("p", { class: "hint" }, "Draft: the figures are checked when the report is complete.");
    // Not live: a screen reader would read every piece. The steps are announced.
    this.parts = el("div", { class: "draft-text", tabindex: 0, role: "group", "aria-label": "Text of the draft" });
    this.root = el("section", { class: "draft", "aria-label": "Draft of the report", hidden: true }, this.note, this.parts);
    /** @type {Map<string | null, Part>} By section; null is the summary. */
    this.sections = new Map();
    /** @type {Set<Part>} */
    this.changed = new Set();
    this.attempt = 0;
    this.frame = 0;
  }

  /** @param {ProseFrame} frame */
  add({ attempt, section, text }) {
    if (attempt < this.attempt) return;
    if (attempt > this.attempt) this.restart(attempt);
    const part = this.sections.get(section) ?? this.begin(section);
    part.text += text;
    this.changed.add(part);
    // Once per painted frame, not once per piece.
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  /**
   * Replaces all text: another model took over, or the output was invalid.
   *
   * @param {number} attempt
   */
  restart(attempt) {
    if (this.sections.size) this.note.textContent = `Draft, attempt ${attempt}: the text before was replaced.`;
    this.attempt = attempt;
    this.sections.clear();
    this.changed.clear();
    fill(this.parts);
  }

  /** @param {string | null} section */
  begin(section) {
    const prose = el("div", { class: "prose" });
    const root = el("div", {}, section === null ? null : el("h3", {}, words(section)), prose);
    const part = { text: "", root, prose };
    this.sections.set(section, part);
    if (section === null) this.parts.prepend(root);
    else this.parts.append(root);
    this.root.hidden = false;
    return part;
  }

  draw() {
    this.frame = 0;
    const { parts } = this;
    const follows = parts.scrollHeight - parts.scrollTop - parts.clientHeight < 40;
    for (const part of this.changed) fill(part.prose, checkedText(part.text, [], [], "draft"));
    this.changed.clear();
    // The reader who scrolled up stays there.
    if (follows) parts.scrollTop = parts.scrollHeight;
  }
}
