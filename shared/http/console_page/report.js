/** A report as it is read in the page. */

import { el, externalLink } from "./dom.js";
import { checkedText, figuresSummary, sourceList } from "./figures.js";
import { compact, day, decimal, fraction, MISSING, price, time, whole, words } from "./format.js";
import { byline, table } from "./research.js";
import { href } from "./router.js";
import { lineChart } from "./spark.js";

/** @typedef {import("./types.js").Mark} Mark */

const PREFIX = "report-source";

/** @param {any} report */
export function reportView(report) {
  const sections = report.analysis_sections.map((/** @type {any} */ section, /** @type {number} */ i) => sectionView(report, section, i));
  return el(
    "div",
    { class: "report-grid" },
    el("article", { class: "report-text" }, head(report), textOf(report, report.summary, null), ...sections, valuation(report)),
    el("aside", { class: "report-aside", "aria-label": "About the report" }, recommendation(report), aboutReport(report), el("h2", {}, "Sources"), sourceList(report.sources, PREFIX)),
  );
}

/** @param {any} report */
function head(report) {
  return el(
    "p",
    { class: "muted" },
    el("a", { href: href(["symbol", report.symbol]) }, report.symbol),
    ` · ${words(report.time_horizon)} · ${time(report.timestamp)} `,
    report.cached ? el("span", { class: "badge" }, "Stored") : null, " ",
    report.metadata.data_sources.includes("sample") ? el("span", { class: "badge sample" }, "Sample data") : null,
  );
}

/**
 * @param {any} report
 * @param {string} text
 * @param {number | null} section Index; null for the summary.
 */
function textOf(report, text, section) {
  const marks = report.figures.marks.filter((/** @type {Mark} */ mark) => (mark.section ?? null) === section);
  return el("div", { class: "prose" }, checkedText(text, marks, report.sources, PREFIX));
}

/**
 * @param {any} report
 * @param {any} section
 * @param {number} index
 */
function sectionView(report, section, index) {
  const metrics = Object.entries(section.key_metrics);
  // Offsets of figures count in the content, continued by the risk factors, one on each line.
  const whole = [section.content, ...section.risk_factors].join("\n");
  const risks = section.risk_factors.length;
  const marks = report.figures.marks.filter((/** @type {Mark} */ mark) => mark.section === index);
  let start = section.content.length + 1;
  const items = section.risk_factors.map((/** @type {string} */ factor) => {
    const own = marks.filter((/** @type {Mark} */ mark) => mark.start >= start && mark.end <= start + factor.length);
    const moved = own.map((/** @type {Mark} */ mark) => ({ ...mark, start: mark.start - start, end: mark.end - start }));
    start += factor.length + 1;
    return el("li", {}, checkedText(factor, moved, report.sources, PREFIX));
  });
  const charts = (report.charts ?? []).filter((/** @type {any} */ chart) => chart.section === section.title);
  const inContent = marks.filter((/** @type {Mark} */ mark) => mark.end <= section.content.length && whole.length > 0);
  return el(
    "section",
    {},
    el("h2", {}, section.title),
    el("div", { class: "prose" }, checkedText(section.content, inContent, report.sources, PREFIX)),
    ...charts.map(chartView),
    metrics.length ? facts(/** @type {[string, string][]} */ (metrics)) : null,
    risks ? el("div", {}, el("h3", {}, "Risks"), el("ul", {}, ...items)) : null,
    section.articles.length
      ? el("ul", { class: "news" }, ...section.articles.map((/** @type {any} */ article) => el("li", {}, externalLink(article.url, article.title), el("p", { class: "muted" }, ...byline(article)))))
      : null,
  );
}

/** @param {any} chart */
function chartView(chart) {
  const series = chart.series.filter((/** @type {any} */ one) => one.axis === "main" && one.style === "line");
  if (!series.some((/** @type {any} */ one) => one.values.some((/** @type {number | null} */ value) => value !== null))) return null;
  const { dates } = chart;
  const legend = series.map((/** @type {any} */ one, /** @type {number} */ i) => el("span", {}, el("i", { class: `swatch line-${i % 6}` }), one.name));
  return el(
    "figure",
    { class: "report-chart" },
    el("figcaption", {}, `${chart.title}${chart.currency ? `, ${chart.currency}` : ""}`, el("span", { class: "chart-keys" }, ...legend)),
    lineChart(series, `${chart.title} from ${day(dates[0])} to ${day(dates.at(-1))}`),
    el("div", { class: "chart-dates" }, el("span", {}, day(dates[0])), el("span", {}, day(dates.at(-1)))),
  );
}

/** @param {any} report */
function recommendation(report) {
  const { action, target_price, technical_range, confidence, time_frame_months, rationale, components } = report.recommendation;
  const scores = (components ?? []).map((/** @type {any} */ part) => [words(part.name), fraction(part.weight), part.score === null ? MISSING : decimal(part.score)]);
  return el(
    "div",
    { class: "recommendation" },
    el("p", { class: `action ${action}` }, words(action)),
    facts([
      ["Target price", target_price === null ? "None without a fair value" : `${price(target_price)} ${report.currency ?? ""}`],
      ["Last price", `${price(report.price)} ${report.currency ?? ""}`],
      ["Confidence", fraction(confidence)],
      ["Time frame", `${whole(time_frame_months)} months`],
      ["Technical range", technical_range ? `${price(technical_range.low)} – ${price(technical_range.high)}` : MISSING],
    ]),
    el("p", {}, rationale),
    scores.length ? table(["Component", "Weight", "Score"], scores, "Components of the rating") : null,
  );
}

/** @param {any} report */
function aboutReport(report) {
  const { metadata } = report;
  const missing = metadata.missing.length ? el("details", {}, el("summary", {}, "Missing data"), el("ul", {}, ...metadata.missing.map((/** @type {string} */ text) => el("li", {}, text)))) : null;
  return el(
    "div",
    {},
    el("h2", {}, "Check of the figures"),
    figuresSummary(report.figures),
    el("p", { class: "muted" }, `${words(metadata.provider)} ${metadata.model}, ${decimal(metadata.duration_ms / 1000, 1)} s, data as of ${time(metadata.data_as_of)}`),
    metadata.fallback ? el("p", { class: "notice warn" }, `Another model than the preferred one: ${metadata.fallback_reason ?? "no reason given"}`) : null,
    missing,
    el("p", { class: "muted" }, report.disclaimer),
  );
}

/** @param {any} report */
function valuation(report) {
  const value = report.valuation;
  if (!value) return null;
  const unit = value.currency ?? "";
  const usable = value.methods.filter((/** @type {any} */ method) => method.applicable);
  const unusable = value.methods.filter((/** @type {any} */ method) => !method.applicable);
  const rows = usable.map((/** @type {any} */ method) => [method.label, price(method.low), price(method.base), price(method.high)]);
  const assumptions = value.assumptions.map((/** @type {any} */ one) => [one.label, one.unit === "fraction" ? fraction(one.value) : compact(one.value), one.source]);
  return el(
    "section",
    {},
    el("h2", {}, "Methods of the valuation"),
    value.fair_value_base === null
      ? el("p", {}, value.reason ?? "There is no fair value.")
      : el("p", { class: "fair-value" }, el("b", {}, `${price(value.fair_value_base)} ${unit}`), ` fair value, ${price(value.fair_value_low)} – ${price(value.fair_value_high)}`),
    rows.length ? table(["Method", "Low", "Base", "High"], rows, "Methods of the valuation") : null,
    unusable.length ? el("details", {}, el("summary", {}, "Methods that do not apply"), el("ul", {}, ...unusable.map((/** @type {any} */ method) => el("li", {}, `${method.label}: ${method.reason}`)))) : null,
    assumptions.length ? el("details", {}, el("summary", {}, "Assumptions"), table(["Assumption", "Value", "Source"], assumptions, "Assumptions of the valuation")) : null,
  );
}

/** @param {[string, string][]} entries */
function facts(entries) {
  return el("dl", { class: "facts" }, ...entries.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}
