/** An answer of the chat in the page: its text while it grows, tools, sources, and the check of its figures. */

import { Problem } from "./api.js";
import { el, fill } from "./dom.js";
import { checkedText, figuresSummary, sourceList } from "./figures.js";
import { words } from "./format.js";
import { problemView } from "./panel.js";

/** @typedef {import("./types.js").Source} Source */
/** @typedef {import("./types.js").Mark} Mark */
/** @typedef {import("./types.js").Figures} Figures */

let answers = 0;

/** @type {WeakMap<Element, AnswerView>} Answers by their elements. */
export const views = new WeakMap();

/** One answer with its sources, tools and figures. */
export class AnswerView {
  /**
   * @param {HTMLElement} log
   * @param {(change: () => void) => void} [grow] Calls the function that lengthens the answer, and may scroll.
   */
  constructor(log, grow = (change) => change()) {
    answers += 1;
    this.grow = grow;
    this.prefix = `source-${answers}`;
    this.text = "";
    this.failed = false;
    /** @type {Source[]} */
    this.sources = [];
    /** @type {Mark[]} */
    this.marks = [];
    this.frame = 0;
    this.tools = el("ul", { class: "tools-used" });
    this.content = el("div", { class: "answer-text" });
    this.notes = el("div", { class: "answer-notes" });
    this.aside = el("aside", { class: "answer-sources", "aria-label": "Sources" });
    // Screen readers read the answer when it is complete, not each of its states.
    this.root = el("div", { class: "answer running", "aria-busy": "true" }, el("div", { class: "answer-main" }, this.tools, this.content, this.notes), this.aside);
    log.append(this.root);
    views.set(this.root, this);
  }

  /** @param {any} frame */
  onFrame(frame) {
    if (frame.chunk !== undefined) this.text += frame.chunk;
    else if (frame.event === "sources") this.addSources(frame.sources);
    else if (frame.event === "tool") this.drawTool(frame);
    else if (frame.event === "figure") this.marks.push(frame);
    else if (frame.event === "done") this.complete(frame);
    else if (frame.event === "error") {
      this.problem(new Problem({ status: 0, title: "The answer was interrupted", detail: frame.error, code: frame.code, requestId: frame.request_id }));
    }
    // Once per painted frame, not once per word.
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  /** @param {Source[]} sources */
  addSources(sources) {
    const known = new Set(this.sources.map(({ id }) => id));
    this.sources.push(...sources.filter(({ id }) => !known.has(id)));
  }

  /** @param {any} frame */
  drawTool(frame) {
    const label = `${words(frame.name)} ${Object.values(frame.arguments ?? {}).map(String).join(", ")}`;
    const old = [...this.tools.children].find((item) => item.getAttribute("data-label") === label && item.classList.contains("started"));
    const state = { started: "running", finished: `${frame.duration_ms} ms`, failed: "failed" }[/** @type {string} */ (frame.status)] ?? "";
    const item = el("li", { class: frame.status, "data-label": label }, label, " ", el("small", {}, state));
    if (old) old.replaceWith(item);
    else this.grow(() => this.tools.append(item));
  }

  /** @param {Figures} figures */
  setFigures(figures) {
    this.marks = figures.marks ?? [];
    this.append(figuresSummary(figures));
  }

  /** @param {any} frame */
  complete(frame) {
    this.setFigures(frame.figures);
    const model = `${words(frame.provider)} ${frame.model}`;
    const why = frame.fallback ? ` instead of the preferred model: ${frame.fallback_reason ?? "not available"}` : "";
    this.note(`${model}${why}`, "muted");
    if (frame.memory) this.note("The conversation could not be stored.", "warn");
    if (frame.disclaimer) this.note(frame.disclaimer, "muted");
  }

  draw() {
    this.frame = 0;
    this.grow(() => {
      fill(this.content, checkedText(this.text, this.marks, this.sources, this.prefix));
      if (this.sources.length) fill(this.aside, el("p", { class: "aside-title" }, "Sources"), sourceList(this.sources, this.prefix));
    });
  }

  /**
   * @param {unknown} error
   * @param {() => void} [retry]
   */
  problem(error, retry) {
    this.failed = true;
    this.append(problemView(error, retry));
  }

  /**
   * @param {string} text
   * @param {string} kind
   */
  note(text, kind) {
    this.append(el("p", { class: kind === "warn" ? "notice warn" : "note muted" }, text));
  }

  /** @param {HTMLElement} note */
  append(note) {
    this.grow(() => this.notes.append(note));
  }

  finish() {
    cancelAnimationFrame(this.frame);
    this.draw();
    this.root.classList.remove("running");
    this.root.removeAttribute("aria-busy");
  }
}
