/** The watchlist: quotes that refresh, day change, sparklines. */

import { getJson, Problem } from "./api.js";
import { announce, el, fill, keepFocus } from "./dom.js";
import { bothTimes, compact, directionOf, MISSING, price, signed, signedPercent, unitOf, words, zoneOf } from "./format.js";
import { createPanel, problemView } from "./panel.js";
import { poll } from "./poll.js";
import { preferencesPath, setListed, STARTER, watchlist } from "./preferences.js";
import { currentRoute, href, setQuery } from "./router.js";
import { symbolField } from "./search.js";
import { sparkline } from "./spark.js";

/** @typedef {import("./types.js").View} View */
/** @typedef {import("./types.js").Quote} Quote */
/** @typedef {import("./types.js").History} History */
/** @typedef {{symbol: string, code: string, detail: string}} QuoteError */
/** @typedef {{symbol: string, row: HTMLElement, cells: Record<string, HTMLElement>, quote: Quote | null}} Row */

const REFRESH_SECONDS = 15;
const RETRY_SECONDS = 60;
const CONCURRENT_HISTORIES = 4;

const COLUMNS = [
  ["symbol", "Symbol"],
  ["spark", "1 month"],
  ["price", "Price"],
  ["change", "Change"],
  ["percent", "Change %"],
  ["volume", "Volume"],
  ["cap", "Market cap"],
  ["time", "Time"],
];

/** @param {View} view */
export async function watchlistPage({ root, signal }) {
  const panel = createPanel("Watchlist", { id: "watchlist", level: 1 });
  const list = new Watchlist(panel, signal);
  const { root: field } = symbolField({
    label: "Add a symbol to the watchlist",
    placeholder: "Add symbol",
    onPick: (symbol) => void list.change(symbol, true),
  });
  panel.actions.append(field);
  root.append(panel.root);
  // The table of time zones is on its way while the list is.
  void zoneOf("");
  await list.load();
  poll(() => list.refresh(), REFRESH_SECONDS, signal);
  // Lines whose history could not be loaded.
  poll(() => list.drawSparks(), RETRY_SECONDS, signal);
}

class Watchlist {
  /**
   * @param {import("./panel.js").Panel} panel
   * @param {AbortSignal} signal
   */
  constructor(panel, signal) {
    this.panel = panel;
    this.signal = signal;
    /** @type {import("./preferences.js").Watchlist} */
    this.list = { symbols: STARTER, starter: true, remarks: [] };
    /** Whether the list is the reader's, or the starter list because nothing is stored: it can be changed. */
    this.loaded = false;
    /** @type {Row[]} */
    this.rows = [];
    // A problem of the list stays until the list can be read, one of the quotes until they can.
    this.listNote = el("div", { class: "notes" });
    this.notes = el("div", { class: "notes" });
    this.table = el("div", { class: "table-wrap" });
    this.panel.body.classList.add("watchlist-body");
  }

  async load() {
    this.panel.setRequest(preferencesPath());
    this.panel.loading();
    try {
      this.list = await watchlist(this.signal);
      this.loaded = true;
      this.listNote.replaceChildren();
    } catch (error) {
      if (this.signal.aborted) return;
      if (error instanceof Problem && error.status === 401) {
        this.panel.error(error, () => void this.load());
        return;
      }
      // The stored list is missing, the market data need not be: the starter list is shown with the problem.
      fill(this.listNote, problemView(error, () => void this.load()));
    }
    if (this.signal.aborted) return;
    this.rows = [];
    this.draw();
    await this.refresh();
    void this.drawSparks();
  }

  /**
   * Adds or removes a symbol.
   *
   * @param {string} symbol
   * @param {boolean} listed
   */
  async change(symbol, listed) {
    try {
      this.list = await setListed(symbol, listed);
      if (!this.loaded) this.rows = [];
      this.loaded = true;
      this.listNote.replaceChildren();
      announce(listed ? `${symbol} added` : `${symbol} removed`);
      this.notes.replaceChildren();
      keepFocus(this.panel.body, () => this.draw());
      await this.refresh();
      await this.drawSparks();
    } catch (error) {
      fill(this.notes, problemView(error, () => void this.change(symbol, listed)));
    }
  }

  draw() {
    this.panel.root.removeAttribute("aria-busy");
    const { symbols, starter } = this.list;
    if (!symbols.length) {
      const suggestions = STARTER.slice(0, 5).map((symbol) =>
        el("button", { type: "button", onclick: () => void this.change(symbol, true) }, `Add ${symbol}`),
      );
      this.panel.empty("The watchlist is empty. Search for a symbol above, or start with one of these.", el("div", { class: "row" }, ...suggestions));
      this.rows = [];
      return;
    }
    this.rows = this.sorted(symbols.map((symbol) => this.rows.find((row) => row.symbol === symbol) ?? this.newRow(symbol)));
    this.drawTable();
    fill(
      this.panel.body,
      this.listNote,
      this.notes,
      starter ? el("p", { class: "hint" }, this.loaded ? "A starter list. Add or remove a symbol to make it your own." : "A starter list, until your own can be read.") : null,
      this.table,
    );
  }

  drawTable() {
    const { query } = currentRoute();
    const head = COLUMNS.map(([id, label]) => {
      const sortable = id !== "spark";
      const sort = query.get("sort") === id ? (query.get("order") === "asc" ? "ascending" : "descending") : null;
      const arrow = sort === "ascending" ? " ↑" : sort ? " ↓" : "";
      const button = el("button", { type: "button", class: "sort", "data-control": `sort-${id}`, onclick: () => this.sortBy(id) }, label + arrow);
      return el("th", { scope: "col", role: "columnheader", class: `col-${id}`, "aria-sort": sort }, sortable ? button : label);
    });
    const last = el("th", { scope: "col", role: "columnheader", class: "col-remove" }, el("span", { class: "visually-hidden" }, "Remove"));
    // The roles are stated: on a phone the rows are laid out as grids, for which Safari drops those of a table.
    const table = el(
      "table",
      { class: "quotes", role: "table" },
      el("caption", { class: "visually-hidden" }, "Quotes of the watchlist"),
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...head, last)),
      el("tbody", { role: "rowgroup" }, ...this.rows.map(({ row }) => row)),
    );
    fill(this.table, table);
  }

  /** @param {string} column */
  sortBy(column) {
    const { query } = currentRoute();
    const ascending = query.get("sort") === column ? query.get("order") !== "asc" : column === "symbol";
    setQuery({ sort: column, order: ascending ? "asc" : "desc" });
    this.rows = this.sorted(this.rows);
    keepFocus(this.table, () => this.drawTable());
  }

  /** @param {Row[]} rows */
  sorted(rows) {
    const { query } = currentRoute();
    const column = query.get("sort");
    if (!column) return rows;
    const sign = query.get("order") === "asc" ? 1 : -1;
    /** @type {Record<string, (quote: Quote) => number | string | null>} */
    const keys = {
      price: (quote) => quote.price,
      change: (quote) => quote.change,
      percent: (quote) => quote.change_percent,
      volume: (quote) => quote.volume,
      cap: (quote) => quote.market_cap,
      time: (quote) => quote.as_of,
    };
    const key = (/** @type {Row} */ row) => (column === "symbol" ? row.symbol : (row.quote && Object.hasOwn(keys, column) ? keys[column](row.quote) : null));
    return [...rows].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
      return (x < y ? -1 : x > y ? 1 : 0) * sign;
    });
  }

  /** @param {string} symbol */
  newRow(symbol) {
    /** @type {Record<string, HTMLElement>} */
    const cells = Object.fromEntries(COLUMNS.map(([id]) => [id, id === "symbol" ? el("th", { scope: "row", role: "rowheader", class: "col-symbol" }) : el("td", { role: "cell", class: `col-${id}` })]));
    fill(cells.symbol, el("a", { href: href(["symbol", symbol]) }, symbol), el("span", { class: "name" }));
    fill(cells.spark, sparkline([], { label: "" }));
    const remove = el("button", { type: "button", class: "icon", "aria-label": `Remove ${symbol}`, onclick: () => void this.change(symbol, false) }, "×");
    // From a list that could not be read, nothing can be removed.
    const row = el("tr", { role: "row", "data-symbol": symbol }, ...Object.values(cells), el("td", { role: "cell", class: "col-remove" }, this.loaded ? remove : null));
    return { symbol, row, cells, quote: null };
  }

  async refresh() {
    if (!this.rows.length) return;
    const symbols = this.rows.map(({ symbol }) => symbol);
    const path = `quotes?symbols=${symbols.map(encodeURIComponent).join(",")}`;
    this.panel.setRequest(path);
    try {
      /** @type {{quotes: Quote[], errors: QuoteError[]}} */
      const { quotes, errors } = await getJson(path, this.signal);
      await Promise.all(this.rows.map((row) => this.drawRow(row, quotes, errors)));
      this.panel.setProvenance(oldest(quotes));
      this.panel.root.removeAttribute("data-offline");
    } catch (error) {
      if (this.signal.aborted) return;
      // The last quotes stay, marked as old.
      this.panel.root.setAttribute("data-offline", "");
      fill(this.notes, problemView(error, () => void this.refresh()));
      return;
    }
    this.notes.replaceChildren();
  }

  /**
   * @param {Row} row
   * @param {Quote[]} quotes
   * @param {QuoteError[]} errors
   */
  async drawRow(row, quotes, errors) {
    const { symbol, cells } = row;
    const quote = quotes.find((one) => one.symbol === symbol);
    const error = errors.find((one) => one.symbol === symbol);
    if (!quote) {
      if (error) fill(cells.price, el("span", { class: "cell-problem", title: error.detail }, words(error.code)));
      return;
    }
    const zone = await zoneOf(symbol, quote.asset_type);
    const moved = row.quote && row.quote.price !== quote.price;
    row.quote = quote;
    const name = cells.symbol.querySelector(".name");
    if (name) fill(name, quote.name ?? "");
    const direction = directionOf(quote.change);
    fill(cells.price, el("span", { class: moved ? "moved" : null }, price(quote.price, quote.price_decimals)), " ", el("small", {}, unitOf(quote)));
    fill(cells.change, el("span", { class: direction }, signed(quote.change, quote.price_decimals)));
    fill(cells.percent, el("span", { class: `pill ${direction}` }, signedPercent(quote.change_percent)));
    fill(cells.volume, compact(quote.volume));
    fill(cells.cap, compact(quote.market_cap));
    const old = quote.stale ? el("span", { class: "badge warn" }, "Stale") : null;
    fill(cells.time, el("span", { title: bothTimes(quote.as_of, zone) }, bothTimes(quote.as_of, zone)), old);
  }

  async drawSparks() {
    const waiting = this.rows.filter(({ cells }) => !cells.spark.dataset.begun);
    const work = async () => {
      for (let row = waiting.shift(); row && !this.signal.aborted; row = waiting.shift()) await this.drawSpark(row);
    };
    await Promise.all(Array.from({ length: CONCURRENT_HISTORIES }, work));
  }

  /** @param {Row} row */
  async drawSpark({ symbol, cells }) {
    cells.spark.dataset.begun = "1";
    try {
      /** @type {History} */
      const { candles } = await getJson(`quotes/${encodeURIComponent(symbol)}/history?period=1mo`, this.signal);
      const closes = candles.map(({ close }) => close).filter(Number.isFinite);
      const change = closes.length ? (closes[closes.length - 1] / closes[0] - 1) * 100 : null;
      fill(cells.spark, sparkline(closes, { label: `${symbol} in one month: ${signedPercent(change)}` }));
    } catch (error) {
      if (this.signal.aborted) return;
      fill(cells.spark, el("span", { class: "muted" }, MISSING));
      // What will not be otherwise later, as for an unknown symbol, is not asked for again.
      const final = error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429;
      if (!final) delete cells.spark.dataset.begun;
    }
  }
}

/** @param {Quote[]} quotes */
function oldest(quotes) {
  const [first] = quotes;
  if (!first) return null;
  const sources = new Set(quotes.map(({ source }) => source));
  const stale = quotes.some((quote) => quote.stale);
  const mixed = sources.size > 1 && sources.has("sample") ? "sample" : first.source;
  return { ...first, source: mixed, stale, as_of: null };
}
