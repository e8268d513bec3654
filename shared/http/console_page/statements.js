/** The statements of a company as a table and bars. */

import { el, externalLink, fill, keepFocus } from "./dom.js";
import { compact, day, MISSING, perShare, words } from "./format.js";
import { createPanel, fillPanel } from "./panel.js";
import { whenVisible } from "./poll.js";
import { currentRoute, setQuery } from "./router.js";
import { barChart } from "./spark.js";

const STATEMENTS = ["income", "balance", "cash_flow"];
const PERIODS = ["annual", "quarterly"];
/** @type {Record<string, string[]>} Lines that can be drawn as bars first. */
const BARS = {
  income: ["revenue", "net_income", "operating_income"],
  balance: ["total_assets", "total_equity", "net_debt"],
  cash_flow: ["free_cash_flow", "operating_cash_flow", "capital_expenditure"],
};

/**
 * @param {string} path Of the quote.
 * @param {AbortSignal} signal
 */
export function statementsPanel(path, signal) {
  const panel = createPanel("Statements", { id: "statements", class: "wide research" });
  const draw = () => {
    const { query } = currentRoute();
    const statement = oneOf(STATEMENTS, query.get("statement"));
    const period = oneOf(PERIODS, query.get("period"));
    const choose = (/** @type {Record<string, string>} */ changes) => {
      setQuery(changes);
      draw();
    };
    const groups = [
      group("Statement", STATEMENTS, statement, (value) => choose({ statement: value })),
      group("Period", PERIODS, period, (value) => choose({ period: value })),
    ];
    keepFocus(panel.actions, () => fill(panel.actions, ...groups));
    void fillPanel(panel, `${path}/statements?statement=${statement}&period=${period}&limit=6`, signal, (data) => drawStatement(panel.body, data, statement));
  };
  panel.loading();
  whenVisible(panel.root, draw, signal);
  return panel.root;
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 * @param {string} statement
 */
function drawStatement(body, data, statement) {
  const periods = [...data.periods].reverse();
  if (!periods.length) return fill(body, el("p", { class: "muted" }, "No statements are known for this instrument."));
  const names = [...new Set(periods.flatMap(({ lines }) => Object.keys(lines)))];
  const known = names.filter((name) => periods.some(({ lines }) => lines[name]?.value !== null && lines[name]?.value !== undefined));
  const bars = el("div", { class: "statement-bars", tabindex: 0, role: "group", "aria-label": "Bars" });
  const drawBars = (/** @type {string} */ name) => {
    const values = periods.map((period) => ({ label: periodName(period), value: period.lines[name]?.value ?? null, text: amount(name, period.lines[name]?.value) }));
    fill(bars, barChart(values, `${words(name)} by period`));
  };
  const first = BARS[statement].find((name) => known.includes(name)) ?? known[0];
  const select = el("select", { "aria-label": "Line shown as bars", onchange: () => drawBars(select.value) }, ...known.map((name) => el("option", { value: name, selected: name === first }, words(name))));
  drawBars(first);
  const lines = statementTable(periods, known);
  const { currency } = periods[periods.length - 1];
  fill(body, el("div", { class: "row" }, select, el("span", { class: "muted" }, `Amounts in ${currency}`)), bars, lines);
  // The newest period is at the end.
  for (const part of [bars, lines]) part.scrollLeft = part.scrollWidth;
}

/**
 * @param {any[]} periods
 * @param {string[]} names
 */
function statementTable(periods, names) {
  const head = periods.map((period) =>
    el("th", { scope: "col", class: "num" }, period.url ? externalLink(period.url, periodName(period)) : periodName(period), el("small", {}, day(period.end))),
  );
  const rows = names.map((name) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, words(name)),
      ...periods.map(({ lines }) => lineCell(name, lines[name])),
    ),
  );
  return el(
    "div",
    { class: "table-wrap", tabindex: 0, role: "region", "aria-label": "Statement lines by period" },
    el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Line"), ...head)), el("tbody", {}, ...rows)),
  );
}

/**
 * @param {string} name
 * @param {any} line Undefined when the period lacks it.
 */
function lineCell(name, line) {
  if (!line) return el("td", { class: "num" }, MISSING);
  const converted = line.converted_from && `converted from ${line.converted_from.currency}`;
  const notes = [line.derived && "derived", line.restated && "restated", converted, line.reason].filter(Boolean).join(", ");
  const mark = notes && line.value !== null ? el("sup", {}, "*") : null;
  return el("td", { class: "num", title: notes || null }, amount(name, line.value), mark);
}

/** @param {{fiscal_year: number | null, fiscal_period: string | null, end: string}} period */
function periodName({ fiscal_year, fiscal_period, end }) {
  if (!fiscal_year) return end.slice(0, 7);
  return fiscal_period === "FY" ? `FY ${fiscal_year}` : `${fiscal_period ?? ""} ${fiscal_year}`;
}

/**
 * @param {string} name Of the line.
 * @param {number | null | undefined} value
 */
function amount(name, value) {
  return name.startsWith("eps_") ? perShare(value) : compact(value);
}

/**
 * @param {string} label
 * @param {string[]} values
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
function group(label, values, chosen, choose) {
  const buttons = values.map((value) => el("button", { type: "button", "aria-pressed": String(value === chosen), "data-control": value, onclick: () => choose(value) }, words(value)));
  return el("div", { class: "segments", role: "group", "aria-label": label }, ...buttons);
}

/**
 * @param {string[]} values
 * @param {string | null} given
 */
function oneOf(values, given) {
  return given && values.includes(given) ? given : values[0];
}
