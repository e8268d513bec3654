/** Figures of a text with their verdicts, sources, and the answer that shows both. */

import { byId, el, externalLink, fill } from "./dom.js";
import { plain, sourceName, time, words } from "./format.js";
import { renderMarkdown } from "./markdown.js";

/** @typedef {import("./types.js").Mark} Mark */
/** @typedef {import("./types.js").Source} Source */
/** @typedef {import("./types.js").Figures} Figures */

const TIP_ID = "figure-tip";
/** Time to move the pointer from a figure to its tip. */
const LEAVE_MS = 250;

let leaving = 0;

/**
 * Returns the elements of a text with its figures marked and its citations linked.
 *
 * @param {string} text
 * @param {Mark[]} marks Their offsets count in the text.
 * @param {Source[]} sources
 * @param {string} prefix Of the ids of the sources in the page.
 */
export function checkedText(text, marks, sources, prefix) {
  return renderMarkdown(text, {
    marks,
    mark: (mark, piece, first) => figure(mark, piece, first),
    cite: (id) => {
      const source = sources.find((one) => one.id === id);
      if (!source) return null;
      const target = `${prefix}-${id}`;
      const show = () => {
        const entry = document.getElementById(target);
        entry?.scrollIntoView({ block: "nearest" });
        entry?.focus();
      };
      return el("button", { type: "button", class: "cite", onclick: show, "aria-label": `Source ${id}: ${describe(source)}` }, String(id));
    },
  });
}

/**
 * Returns the list of sources.
 *
 * @param {Source[]} sources
 * @param {string} prefix
 */
export function sourceList(sources, prefix) {
  const items = sources.map((source) =>
    el(
      "li",
      { id: `${prefix}-${source.id}`, tabindex: -1 },
      el("span", { class: "source-id" }, source.id),
      el(
        "div",
        {},
        el("b", {}, `${words(source.kind)} ${source.symbol}`),
        " ",
        source.source === "sample" ? el("span", { class: "badge sample" }, "Sample") : el("span", { class: "muted" }, sourceName(source.source)),
        source.stale ? el("span", { class: "badge warn" }, "Stale") : null,
        el("p", { class: "muted" }, source.url ? externalLink(source.url, source.title ?? source.url) : source.title, source.url || source.title ? " · " : "", time(source.as_of)),
      ),
    ),
  );
  return el("ol", { class: "sources" }, ...items);
}

/**
 * Returns the counts of a check, in words and colours.
 *
 * @param {Figures} figures
 */
export function figuresSummary(figures) {
  const { stated, supported } = figures;
  const wrong = [figures.unsupported.length, figures.misattributed.length];
  const parts = [el("span", { class: "badge good" }, `${supported} of ${stated} figures supported`)];
  if (wrong[0]) parts.push(el("span", { class: "badge bad" }, `${wrong[0]} unsupported`));
  if (wrong[1]) parts.push(el("span", { class: "badge warn" }, `${wrong[1]} misattributed`));
  return el("p", { class: "figures-summary" }, ...(stated ? parts : [el("span", { class: "muted" }, "No figures stated")]));
}

/**
 * @param {Mark} mark
 * @param {string} text
 * @param {boolean} first Whether it is the first piece of the figure; the others are not reached by Tab.
 */
function figure(mark, text, first) {
  // Not a button element: lines break beside one, also before a comma.
  const button = el(
    "span",
    { role: "button", class: `figure ${mark.verdict}`, tabindex: first ? 0 : -1, "data-verdict": mark.verdict },
    text,
    el("span", { class: "visually-hidden" }, ` (${mark.verdict})`),
  );
  const show = () => showTip(button, mark);
  button.addEventListener("mouseenter", show);
  button.addEventListener("focus", show);
  button.addEventListener("click", show);
  button.addEventListener("mouseleave", () => document.activeElement !== button && hideTipSoon());
  button.addEventListener("blur", hideTip);
  button.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") show();
    else return;
    event.preventDefault();
  });
  return button;
}

/** @param {Mark} mark */
function tipText(mark) {
  const { fact } = mark;
  const verdicts = {
    supported: "Supported",
    unsupported: "Unsupported: no fact has this figure",
    misattributed: "Misattributed: the facts have it for something else",
  };
  const lines = [el("b", {}, verdicts[mark.verdict])];
  if (fact) {
    lines.push(el("span", {}, [fact.symbol, words(fact.label)].filter(Boolean).join(" · ")));
    lines.push(el("span", {}, `${plain(fact.value)}${fact.unit ? ` ${fact.unit}` : ""}${fact.period ? `, ${fact.period}` : ""}`));
    if (fact.as_of) lines.push(el("small", {}, `As of ${time(fact.as_of)}`));
  }
  if (mark.fact_id !== null) lines.push(el("small", {}, `Source ${mark.fact_id}`));
  return lines;
}

/**
 * @param {HTMLElement} anchor
 * @param {Mark} mark
 */
function showTip(anchor, mark) {
  hideTip();
  const tip = el("div", { id: TIP_ID, class: `tip ${mark.verdict}`, role: "tooltip", onmouseenter: () => clearTimeout(leaving), onmouseleave: hideTipSoon });
  fill(tip, ...tipText(mark));
  byId("main").append(tip);
  anchor.setAttribute("aria-describedby", TIP_ID);
  const at = anchor.getBoundingClientRect();
  const left = Math.min(Math.max(at.left + at.width / 2 - tip.offsetWidth / 2, 8), innerWidth - tip.offsetWidth - 8);
  const above = at.top - tip.offsetHeight - 6;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(above > 4 ? above : at.bottom + 6) + scrollY}px`;
}

function hideTipSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(hideTip, LEAVE_MS);
}

// Also a tip that the pointer has opened.
document.addEventListener("keydown", (event) => event.key === "Escape" && hideTip());

function hideTip() {
  clearTimeout(leaving);
  document.getElementById(TIP_ID)?.remove();
  document.querySelector(`[aria-describedby="${TIP_ID}"]`)?.removeAttribute("aria-describedby");
}

/** @param {Source} source */
function describe(source) {
  return `${words(source.kind)} of ${source.symbol}, ${sourceName(source.source)}`;
}
