/** A panel: its request, its states (loading, empty, error), and the provenance of its data. */

import { curl, getJson, Problem } from "./api.js";
import { announce, el, fill, keepFocus } from "./dom.js";
import { bothTimes, sourceName, words } from "./format.js";

/** @typedef {import("./types.js").Provenance} Provenance */
/** @typedef {import("./api.js").Options} Options */

let headings = 0;

/** @type {Record<string, string>} What to do, by the code of a problem that does not say it. */
const ADVICE = {
  symbol_not_found: "Look the company up with the search at the top of the page.",
  report_not_found: "It may have been deleted. The page Reports lists those that are stored.",
};

/**
 * @typedef {object} Panel
 * @property {HTMLElement} root
 * @property {HTMLElement} body
 * @property {HTMLElement} actions Place for controls beside the title.
 * @property {() => void} loading
 * @property {(error: unknown, retry?: () => void) => void} error
 * @property {(text: string, ...more: import("./dom.js").Child[]) => void} empty
 * @property {(path: string, options?: Options) => void} setRequest
 * @property {(data: Provenance | null, zone?: string) => void} setProvenance
 */

/**
 * Returns a new panel.
 *
 * @param {string} title
 * @param {{id: string, class?: string, level?: 1 | 2 | 3}} options `id` names the panel in the page.
 * @returns {Panel}
 */
export function createPanel(title, options) {
  headings += 1;
  const heading = el(`h${options.level ?? 2}`, { id: `heading-${headings}` }, title);
  const body = el("div", { class: "panel-body" });
  const actions = el("div", { class: "panel-actions" });
  const foot = el("div", { class: "panel-foot" });
  const provenance = el("div", { class: "provenance" });
  const copy = el("button", { type: "button", class: "quiet", hidden: true }, "Copy as curl");
  foot.append(provenance, copy);
  const root = el(
    "section",
    { class: `panel ${options.class ?? ""}`, "aria-labelledby": heading.id, id: `panel-${options.id}` },
    el("div", { class: "panel-head" }, heading, actions),
    body,
    foot,
  );
  /** @type {{path: string, options: Options}} */
  let request = { path: "", options: {} };
  copy.append(el("span", { class: "visually-hidden" }, ` for ${title}`));
  copy.addEventListener("click", () => copyText(curl(request.path, request.options), copy));
  return {
    root,
    body,
    actions,
    loading() {
      root.setAttribute("aria-busy", "true");
      fill(body, el("div", { class: "skeleton" }, el("span", { class: "visually-hidden" }, "Loading")));
    },
    error(error, retry) {
      root.removeAttribute("aria-busy");
      fill(body, problemView(error, retry));
      provenance.replaceChildren();
    },
    empty(text, ...more) {
      root.removeAttribute("aria-busy");
      fill(body, el("div", { class: "empty" }, el("p", {}, text), ...more));
    },
    setRequest(path, requestOptions = {}) {
      request = { path, options: requestOptions };
      copy.title = `${requestOptions.method ?? "GET"} /${path}`;
      copy.hidden = false;
    },
    setProvenance(data, zone) {
      const open = provenance.querySelector("details")?.open ?? false;
      keepFocus(provenance, () => fill(provenance, data && provenanceView(data, zone, open)));
    },
  };
}

/**
 * Fills a panel from a resource: loading, then its contents or the problem with a button to try again.
 *
 * @template Data
 * @param {Panel} panel
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {(data: Data) => void | Promise<void>} draw
 * @param {{zone?: string}} [options]
 */
export async function fillPanel(panel, path, signal, draw, options = {}) {
  panel.setRequest(path);
  panel.loading();
  try {
    const data = await getJson(path, signal);
    if (signal.aborted) return;
    panel.root.removeAttribute("aria-busy");
    panel.setProvenance(data.source ? data : null, options.zone);
    panel.body.replaceChildren();
    await draw(data);
  } catch (error) {
    if (signal.aborted) return;
    panel.error(error, () => void fillPanel(panel, path, signal, draw, options));
  }
}

/**
 * Returns the view of a problem: what happened, what to do, and the request id.
 *
 * @param {unknown} error
 * @param {() => void} [retry]
 */
export function problemView(error, retry) {
  const problem =
    error instanceof Problem
      ? error
      : new Problem({ status: 0, title: "Not shown", detail: "The console cannot show this response." });
  if (!(error instanceof Problem)) console.error(error);
  const view = el("div", { class: "problem", role: "alert" }, el("p", { class: "problem-title" }, problem.title));
  view.append(el("p", {}, problem.message));
  if (problem.fields.length > 1) {
    view.append(el("ul", {}, ...problem.fields.map(({ field, message }) => el("li", {}, `${field}: ${message}`))));
  }
  if (Object.hasOwn(ADVICE, problem.code)) view.append(el("p", {}, ADVICE[problem.code]));
  if (problem.retryAfter) view.append(el("p", {}, `Try again in ${problem.retryAfter} s.`));
  const buttons = el("div", { class: "row" });
  // What is not there will not be there the next time.
  if (retry && problem.status !== 404) buttons.append(el("button", { type: "button", onclick: retry }, "Try again"));
  if (problem.status === 401) {
    const open = () => document.dispatchEvent(new CustomEvent("console:key"));
    buttons.append(el("button", { type: "button", class: "primary", onclick: open }, "Enter access key"));
  }
  view.append(buttons);
  if (problem.code || problem.requestId) view.append(problemDetails(problem));
  return view;
}

/** @param {Problem} problem */
function problemDetails(problem) {
  const details = el("p", { class: "problem-ids" });
  if (problem.code) details.append(el("code", {}, problem.code), " ");
  const { requestId } = problem;
  if (requestId) {
    details.append("Request id ", el("code", { class: "request-id" }, requestId), " ");
    const copy = el("button", { type: "button", class: "quiet" }, "Copy");
    copy.append(el("span", { class: "visually-hidden" }, " the request id"));
    copy.addEventListener("click", () => copyText(requestId, copy));
    details.append(copy);
  }
  return details;
}

/**
 * @param {Provenance} data
 * @param {string | undefined} zone
 * @param {boolean} open Whether the remarks are shown.
 */
function provenanceView(data, zone, open) {
  const line = el("p", {}, sourceBadge(data.source));
  if (data.stale) {
    line.append(el("span", { class: "badge warn", title: "Older than usual: the sources did not answer." }, "Stale"));
  }
  if (data.as_of) line.append(el("span", {}, "As of ", el("time", { datetime: data.as_of }, bothTimes(data.as_of, zone ?? "UTC"))));
  const remarks = data.quality.map(({ code, detail }) => el("li", {}, el("b", {}, words(code)), `: ${detail}`));
  if (data.fallback_reason) remarks.push(el("li", {}, `Other sources: ${data.fallback_reason}`));
  if (!remarks.length) return line;
  const count = data.quality.length;
  const label = count ? `${count} data ${count === 1 ? "remark" : "remarks"}` : "Sources";
  return el("div", { class: "provenance-parts" }, line, el("details", { open }, el("summary", { "data-control": "remarks" }, label), el("ul", {}, ...remarks)));
}

/**
 * Returns the name of a source; sample data is marked.
 *
 * @param {string} source
 */
export function sourceBadge(source) {
  return source === "sample"
    ? el("span", { class: "badge sample", title: "Made-up figures, not real prices" }, "Sample data")
    : el("span", { class: "badge" }, sourceName(source));
}

/**
 * Copies text and says so on the button.
 *
 * @param {string} text
 * @param {HTMLButtonElement} button
 */
export async function copyText(text, button) {
  if (button.dataset.busy) return;
  button.dataset.busy = "1";
  const label = [...button.childNodes];
  try {
    await navigator.clipboard.writeText(text);
    fill(button, "Copied");
    announce("Copied");
  } catch {
    fill(button, "Cannot copy");
  }
  setTimeout(() => {
    fill(button, ...label);
    delete button.dataset.busy;
  }, 1500);
}
