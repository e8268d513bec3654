/** Contents of the research panels of a symbol. */

import { el, externalLink, fill } from "./dom.js";
import { bothTimes, compact, day, decimal, directionOf, fraction, MISSING, percent, perShare, price, READER_ZONE, signedPercent, whole, words } from "./format.js";
import { href } from "./router.js";

/** @typedef {import("./page-symbol.js").SymbolPage} SymbolPage */

/**
 * @param {HTMLElement} body
 * @param {any} data
 * @param {SymbolPage} page
 */
export function drawTechnicals(body, data, page) {
  const p = (/** @type {number | null} */ value) => price(value, page.quote?.price_decimals);
  const signals = data.signals.map((/** @type {any} */ { name, direction, detail, occurred_at }) =>
    el(
      "li",
      {},
      el("span", { class: `badge ${{ bullish: "good", bearish: "bad" }[/** @type {string} */ (direction)] ?? ""}` }, words(direction)),
      el("span", {}, el("b", {}, words(name)), ` ${detail}${occurred_at ? `, ${day(occurred_at)}` : ""}`),
    ),
  );
  fill(
    body,
    signals.length ? el("ul", { class: "signals" }, ...signals) : el("p", { class: "muted" }, "No signals: the history is too short."),
    facts([
      ["SMA 20 / 50 / 200", [data.sma_20, data.sma_50, data.sma_200].map(p).join(" / ")],
      ["EMA 12 / 26", [data.ema_12, data.ema_26].map(p).join(" / ")],
      ["RSI 14", decimal(data.rsi_14, 1)],
      ["MACD / signal", [data.macd, data.macd_signal].map(p).join(" / ")],
      ["Bollinger", `${p(data.bollinger_lower)} – ${p(data.bollinger_upper)}`],
      ["ATR 14", p(data.atr_14)],
      ["Volatility, a year", fraction(data.volatility)],
      ["52-week range", `${p(data.week_52_low)} – ${p(data.week_52_high)}`],
    ]),
  );
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 * @param {SymbolPage} page
 */
export function drawFundamentals(body, data, page) {
  fill(
    body,
    facts([
      ["Market cap", compact(data.market_cap)],
      ["Enterprise value", compact(data.enterprise_value)],
      ["P/E trailing / forward", `${decimal(data.trailing_pe)} / ${decimal(data.forward_pe)}`],
      ["Price to book / sales", `${decimal(data.price_to_book)} / ${decimal(data.price_to_sales)}`],
      ["EV/EBITDA", decimal(data.ev_to_ebitda)],
      ["Revenue", compact(data.revenue)],
      ["Net income", compact(data.net_income)],
      ["Free cash flow", compact(data.free_cash_flow)],
      ["Operating / net margin", `${fraction(data.operating_margin)} / ${fraction(data.profit_margin)}`],
      ["Revenue growth", fraction(data.revenue_growth)],
      ["Return on equity", fraction(data.return_on_equity)],
      ["Debt to equity", decimal(data.debt_to_equity)],
      ["Dividend yield", fraction(data.dividend_yield)],
      ["Beta", decimal(data.beta)],
      ["Analysts", data.analyst_count ? `${words(data.analyst_rating)} (${whole(data.analyst_count)})` : MISSING],
      ["Mean target", price(data.target_mean_price, page.quote?.price_decimals)],
    ]),
    el("p", { class: "hint" }, `Amounts in ${data.currency ?? "an unknown currency"}`),
  );
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 */
export function drawEarnings(body, data) {
  const parts = [];
  if (data.next) {
    const { date, date_end, time_of_day, confirmed } = data.next;
    const when = date_end ? `${day(date)} – ${day(date_end)}` : day(date);
    parts.push(
      el("p", {}, "Next report: ", el("b", {}, when), time_of_day ? ` ${words(time_of_day).toLowerCase()}` : "", " ",
        el("span", { class: `badge ${confirmed ? "good" : "warn"}` }, confirmed ? "Confirmed" : "Estimated")),
    );
  }
  const rows = data.history.slice(0, 8).map((/** @type {any} */ row) => [
    day(row.period_end), day(row.reported_on), perShare(row.eps_estimate), perShare(row.eps_actual), trend(row.surprise_percent),
  ]);
  if (rows.length) parts.push(table(["Quarter to", "Reported", "EPS estimate", "EPS", "Surprise"], rows, "Reported earnings per share"));
  const estimates = data.estimates.map((/** @type {any} */ row) => [
    words(row.period), perShare(row.eps_mean), `${perShare(row.eps_low)} – ${perShare(row.eps_high)}`, compact(row.revenue_mean), whole(row.analysts),
  ]);
  if (estimates.length) parts.push(table(["Estimate for", "EPS", "EPS range", "Revenue", "Analysts"], estimates, "Estimates of analysts"));
  fill(body, ...(parts.length ? parts : [el("p", { class: "muted" }, "No earnings are known for this instrument.")]));
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 */
export function drawPeers(body, data) {
  if (!data.peers.length) return fill(body, el("p", { class: "muted" }, data.reason ?? "No peers are known."));
  const rows = data.peers.map((/** @type {any} */ peer) => [
    el("a", { href: href(["symbol", peer.symbol]) }, peer.symbol), peer.name ?? "", `${compact(peer.market_cap)} ${peer.currency ?? ""}`, compact(peer.revenue),
    trend(peer.revenue_growth), percent(peer.operating_margin), percent(peer.net_margin), decimal(peer.trailing_pe),
  ]);
  fill(body, table(["Symbol", "Name", "Market cap", "Revenue", "Growth", "Operating margin", "Net margin", "P/E"], rows, "Comparable companies", 2));
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 */
export function drawNews(body, data) {
  if (!data.articles.length) return fill(body, el("p", { class: "muted" }, "No recent articles."));
  const items = data.articles.map((/** @type {any} */ article) =>
    el(
      "li",
      {},
      externalLink(article.url, article.title),
      el("p", { class: "muted" }, ...byline(article), " ", sentiment(article.sentiment)),
    ),
  );
  fill(body, el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Articles" }, el("ul", { class: "news" }, ...items)));
}

/**
 * Returns publisher and time of an article.
 *
 * @param {{publisher: string | null, published_at: string | null}} article
 * @returns {import("./dom.js").Child[]}
 */
export function byline({ publisher, published_at }) {
  const when = published_at && bothTimes(published_at, READER_ZONE);
  return [publisher && el("bdi", {}, publisher), publisher && when ? " · " : "", when];
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 */
export function drawProfile(body, data) {
  fill(
    body,
    data.business_summary ? el("p", { class: "summary" }, data.business_summary) : null,
    facts([
      ["Sector", data.sector ?? MISSING],
      ["Industry", data.industry ?? MISSING],
      ["Employees", whole(data.employees)],
      ["Country", data.country ?? MISSING],
      ["Exchange", data.exchange ?? MISSING],
      ["Fiscal year ends", data.fiscal_year_end ?? MISSING],
    ]),
    data.website ? el("p", {}, externalLink(data.website, data.website)) : null,
  );
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 */
export function drawHolders(body, data) {
  const institutions = data.institutions.map((/** @type {any} */ holder) => [holder.name, compact(holder.shares), percent(holder.percent_held), day(holder.reported_on)]);
  const insiders = data.insiders.map((/** @type {any} */ holder) => [holder.name, holder.role ?? "", compact(holder.shares), holder.transaction ?? ""]);
  if (!institutions.length && !insiders.length) return fill(body, el("p", { class: "muted" }, "No holders are known."));
  fill(
    body,
    institutions.length ? table(["Institution", "Shares", "Held", "Reported"], institutions, "Institutional holders") : null,
    insiders.length ? table(["Insider", "Role", "Shares", "Last trade"], insiders, "Insiders", 2) : null,
  );
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 */
export function drawFilings(body, data) {
  if (!data.filings.length) return fill(body, el("p", { class: "muted" }, "No filings are known."));
  const rows = data.filings.map((/** @type {any} */ filing) => [filing.form, externalLink(filing.url, filing.title), day(filing.period_end), day(filing.filed)]);
  fill(body, table(["Form", "Title", "Period", "Filed"], rows, "List of filings", 2));
}

/** @param {[string, string][]} entries */
function facts(entries) {
  return el("dl", { class: "facts" }, ...entries.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/**
 * Returns a table; all columns but the first ones are numbers.
 *
 * @param {string[]} head
 * @param {import("./dom.js").Child[][]} rows
 * @param {string} caption
 * @param {number} [texts] How many columns are text.
 */
export function table(head, rows, caption, texts = 1) {
  const kind = (/** @type {number} */ i) => (i < texts ? null : "num");
  return el(
    "div",
    { class: "table-wrap", tabindex: 0, role: "region", "aria-label": caption },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...head.map((name, i) => el("th", { scope: "col", class: kind(i) }, name)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell, i) => el(i ? "td" : "th", { class: kind(i), scope: i ? null : "row" }, cell))))),
    ),
  );
}

/** @param {number | null} value In percent. */
function trend(value) {
  return el("span", { class: directionOf(value) }, signedPercent(value));
}

/** @param {number | null} value From -1 to 1. */
function sentiment(value) {
  if (value === null) return null;
  const [kind, label] = value > 0.15 ? ["good", "Positive"] : value < -0.15 ? ["bad", "Negative"] : ["", "Neutral"];
  return el("span", { class: `badge ${kind}`, title: `Sentiment ${decimal(value)} from -1 to 1` }, label);
}
