/** Reports: create with progress, list, read, download; track record. */

import { getJson, Problem, send } from "./api.js";
import { confirmButton } from "./confirm.js";
import { announce, el, fill } from "./dom.js";
import { Draft } from "./draft.js";
import { fraction, signedPercent, time, whole, words } from "./format.js";
import { createPanel, fillPanel, problemView } from "./panel.js";
import { reportView } from "./report.js";
import { table } from "./research.js";
import { currentRoute, go, href, setQuery } from "./router.js";
import { findTyped, symbolField } from "./search.js";
import { frames } from "./sse.js";

/** @typedef {import("./types.js").View} View */

const TYPES = ["quick_overview", "comprehensive_analysis", "technical_analysis", "fundamental_analysis", "market_sentiment"];
const HORIZONS = ["short_term", "medium_term", "long_term"];
/** @type {[string, string][]} */
const LANGUAGES = [["en", "English"], ["de", "Deutsch"], ["fr", "Français"], ["es", "Español"], ["ja", "日本語"], ["zh", "中文"]];
const FORMATS = [["pdf", "PDF"], ["xlsx", "XLSX"], ["markdown", "Markdown"]];
const EXTENSIONS = /** @type {Record<string, string>} */ ({ pdf: "pdf", xlsx: "xlsx", markdown: "md" });

/** @param {View} view */
export function reportsPage({ root, signal }) {
  const create = createPanel("New report", { id: "new-report" });
  const list = createPanel("Stored reports", { id: "reports" });
  const record = createPanel("Track record", { id: "track-record" });
  root.append(el("h1", {}, "Reports"), el("div", { class: "grid reports-grid" }, el("div", { class: "stack" }, create.root, record.root), list.root));
  drawForm(create, signal);
  void drawList(list, signal);
  const path = "reports/track-record";
  void fillPanel(record, path, signal, (data) => drawTrackRecord(record.body, data));
}

/**
 * @param {import("./panel.js").Panel} panel
 * @param {AbortSignal} signal
 */
function drawForm(panel, signal) {
  const { query } = currentRoute();
  // A symbol that was picked needs no search; what was only typed may be a name.
  let picked = query.get("symbol") ?? "";
  /** @param {string} symbol */
  const onPick = (symbol) => {
    picked = symbol;
    setQuery({ symbol });
    describe();
  };
  const { root: field, input } = symbolField({ label: "Symbol", placeholder: "Symbol or company", keep: true, value: picked, onPick });
  const type = choice("report-type", "Type", TYPES.map((value) => [value, words(value)]), query.get("type"));
  const horizon = choice("report-horizon", "Horizon", HORIZONS.map((value) => [value, words(value)]), query.get("horizon") ?? "medium_term");
  const language = choice("report-language", "Language", LANGUAGES, query.get("language"));
  const refresh = el("input", { type: "checkbox" });
  const button = el("button", { type: "submit", class: "primary" }, "Create report");
  const taken = el("p", { role: "status", class: "muted", hidden: true });
  const state = el("div", { class: "report-state" });
  const form = el(
    "form",
    { class: "form" },
    el("div", { class: "field" }, el("span", { class: "label", "aria-hidden": "true" }, "Symbol"), field),
    type.root, horizon.root, language.root,
    el("label", { class: "check" }, refresh, "New report even if a fresh one is stored"),
    button,
  );
  const body = () => ({
    symbol: input.value.trim().toUpperCase(),
    report_type: type.select.value,
    time_horizon: horizon.select.value,
    ...(language.select.value === "en" ? {} : { language: language.select.value }),
    ...(refresh.checked ? { refresh: true } : {}),
  });
  const describe = () => panel.setRequest("reports", { method: "POST", body: body() });
  form.addEventListener("change", describe);
  describe();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!input.value.trim()) {
      input.focus();
      fill(state, el("p", { class: "problem-title", role: "alert" }, "Enter a symbol."));
      return;
    }
    button.disabled = true;
    taken.hidden = true;
    const typed = input.value.trim();
    if (typed !== picked) {
      const match = await findTyped(typed, signal);
      if (match && match.symbol !== typed.toUpperCase()) {
        taken.hidden = false;
        fill(taken, `“${typed}” was taken for `, el("bdi", {}, match.name ?? match.symbol), ` (${match.symbol}).`);
      }
      input.value = match?.symbol ?? typed;
      onPick(input.value.toUpperCase());
    }
    await create(body(), state, signal);
    button.disabled = false;
  });
  fill(panel.body, form, taken, state);
}

/**
 * Creates a report, shows its progress and its text as it is written, and opens it.
 *
 * @param {object} body
 * @param {HTMLElement} state
 * @param {AbortSignal} signal
 */
async function create(body, state, signal) {
  const bar = el("progress", { "aria-label": "Progress of the report", max: 1 });
  const text = el("p", { role: "status" }, "Starting …");
  const draft = new Draft();
  fill(state, bar, text, draft.root);
  try {
    const response = await send("reports", { method: "POST", body, headers: { Accept: "text/event-stream" }, signal });
    for await (const { data } of frames(response)) {
      if (data?.event === "progress") {
        bar.max = data.total;
        bar.value = data.done;
        text.textContent = `${words(data.step)} (${data.done} of ${data.total})`;
      } else if (data?.event === "prose") {
        draft.add(data);
      } else if (data?.event === "report") {
        announce("The report is ready");
        go(href(["reports", data.report.report_id]));
        return;
      } else if (data?.event === "error") {
        throw new Problem({ status: 0, title: "The report was not finished", detail: data.error, code: data.code, requestId: data.request_id });
      }
    }
    throw new Problem({ status: 0, title: "Connection lost", detail: "The report may still be finished; look at the list in a minute." });
  } catch (error) {
    // The text so far stays readable.
    if (!signal.aborted) fill(state, problemView(error, () => void create(body, state, signal)), draft.root);
  }
}

/**
 * @param {string} id
 * @param {string} label
 * @param {string[][]} options Value and label.
 * @param {string | null} chosen
 */
function choice(id, label, options, chosen) {
  const select = el("select", { id }, ...options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
  return { select, root: el("div", { class: "field" }, el("label", { for: id }, label), select) };
}

/**
 * @param {import("./panel.js").Panel} panel
 * @param {AbortSignal} signal
 */
async function drawList(panel, signal) {
  await fillPanel(panel, "reports?limit=20", signal, (page) => {
    const { reports, next_cursor } = /** @type {any} */ (page);
    if (!reports.length) return panel.empty("No reports yet. Create one on this page.");
    const rows = el("ul", { class: "report-list" }, ...reports.map(reportRow));
    fill(panel.body, rows, next_cursor && olderReports(rows, next_cursor, signal));
  });
}

/**
 * Returns the button that adds older reports to the list, and its problem; the list stays.
 *
 * @param {HTMLElement} rows
 * @param {string} first Cursor of the next page.
 * @param {AbortSignal} signal
 */
function olderReports(rows, first, signal) {
  /** @type {string | null} */
  let cursor = first;
  const state = el("div");
  const button = el("button", { type: "button" }, "Older reports");
  const load = async () => {
    const asked = cursor;
    if (!asked || button.getAttribute("aria-busy")) return;
    // Not disabled: the focus would be lost.
    button.setAttribute("aria-busy", "true");
    try {
      const page = await getJson(`reports?limit=20&cursor=${encodeURIComponent(asked)}`, signal);
      const added = page.reports.map(reportRow);
      rows.append(...added);
      cursor = page.next_cursor;
      state.replaceChildren();
      // The last page: the focus goes on to what was added.
      if (!cursor) {
        added[0]?.querySelector("a")?.focus();
        button.remove();
      }
    } catch (error) {
      if (!signal.aborted) fill(state, problemView(error, () => void load()));
    }
    button.removeAttribute("aria-busy");
  };
  button.addEventListener("click", () => void load());
  return el("div", {}, state, button);
}

/** @param {any} report */
function reportRow(report) {
  const { action } = report.recommendation;
  return el(
    "li",
    {},
    el(
      "a",
      { href: href(["reports", report.report_id]) },
      el("span", { class: "report-name" }, el("b", {}, report.symbol), ` ${words(report.report_type)}`),
      el("span", { class: `badge action ${action}` }, words(action)),
      el("small", {}, `${words(report.time_horizon)} · ${time(report.timestamp)}`),
      el("span", { class: "report-summary" }, report.summary),
    ),
  );
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 */
function drawTrackRecord(body, data) {
  if (!data.rows.length) return fill(body, el("p", { class: "muted" }, "No recommendation is old enough to be measured."));
  const rows = data.rows.map((/** @type {any} */ row) => [
    `${words(row.report_type)}, ${words(row.time_horizon).toLowerCase()}`, whole(row.months), whole(row.cases),
    row.success_rate === null ? "under 30 cases" : fraction(row.success_rate), signedPercent(row.mean_excess_return_percent),
  ]);
  fill(body, table(["Report", "Months", "Cases", "Success", "Excess return"], rows, "Track record of recommendations"));
}

/** @param {View} view */
export async function reportPage({ root, route, signal }) {
  const id = route.args[0];
  const path = `reports/${encodeURIComponent(id)}`;
  const panel = createPanel("Report", { id: "report", level: 1, class: "report" });
  const state = el("div", { class: "report-state" });
  const failed = (/** @type {unknown} */ error) => {
    fill(state, problemView(error));
    if (error instanceof Problem && error.status === 404) panel.actions.replaceChildren();
  };
  root.append(el("p", { class: "crumbs" }, el("a", { href: "#/reports" }, "Reports")), state, panel.root);
  await fillPanel(panel, path, signal, (report) => {
    const { symbol, name, report_type } = /** @type {any} */ (report);
    document.title = `${symbol} ${words(report_type)} · Stock research`;
    fill(/** @type {Element} */ (panel.root.querySelector("h1")), el("bdi", {}, name ?? symbol), `: ${words(report_type).toLowerCase()}`);
    fill(panel.body, reportView(report));
    // Only now: of a report that is not there, nothing can be downloaded or deleted.
    fill(panel.actions, ...FORMATS.map(([format, label]) => downloadButton(path, format, label, failed)), deleteButton(path, failed));
  });
}

/**
 * @param {string} path
 * @param {string} format
 * @param {string} label
 * @param {(error: unknown) => void} failed
 */
function downloadButton(path, format, label, failed) {
  const button = el("button", { type: "button", class: "download", "aria-label": `Download as ${label}` }, label);
  button.addEventListener("click", () => void download(path, format, button, failed));
  return button;
}

/**
 * Downloads a report; the key goes in a header, so the file is fetched, not linked.
 *
 * @param {string} path
 * @param {string} format
 * @param {HTMLButtonElement} button
 * @param {(error: unknown) => void} failed
 */
async function download(path, format, button, failed) {
  button.disabled = true;
  try {
    const response = await send(`${path}?format=${format}`, { headers: { Accept: "*/*" } });
    const name = /filename="?([^";]+)"?/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    const address = URL.createObjectURL(await response.blob());
    el("a", { href: address, download: name ?? `${path.split("/")[1]}.${EXTENSIONS[format]}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    failed(error);
  }
  button.disabled = false;
}

/**
 * @param {string} path
 * @param {(error: unknown) => void} failed
 */
function deleteButton(path, failed) {
  const remove = async () => {
    try {
      await send(path, { method: "DELETE" });
      go("#/reports");
    } catch (error) {
      failed(error);
    }
  };
  return confirmButton("Delete", "Really delete?", remove, { class: "danger" });
}
