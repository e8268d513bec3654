/** One symbol: chart, quote, technicals, statements, earnings, peers, news and more. */

import { getJson, Problem } from "./api.js";
import { OVERLAYS, PriceChart } from "./chart.js";
import { el, fill, keepFocus } from "./dom.js";
import { bothTimes, compact, directionOf, plain, price, signed, signedPercent, unitOf, words, zoneOf } from "./format.js";
import { createPanel, fillPanel, problemView } from "./panel.js";
import { poll, whenVisible } from "./poll.js";
import { setListed, watchlist } from "./preferences.js";
import { currentRoute, href, setQuery } from "./router.js";
import { drawEarnings, drawFilings, drawFundamentals, drawHolders, drawNews, drawPeers, drawProfile, drawTechnicals } from "./research.js";
import { statementsPanel } from "./statements.js";

/** @typedef {import("./types.js").View} View */
/** @typedef {import("./types.js").Quote} Quote */
/** @typedef {import("./types.js").History} History */
/** @typedef {import("./chart.js").Event} Event */

const QUOTE_SECONDS = 15;
const HISTORY_SECONDS = 60;

/** @type {Record<string, string>} Interval by range. */
const INTERVALS = {
  "1d": "5m", "5d": "30m", "1mo": "1d", "3mo": "1d", "6mo": "1d", ytd: "1d", "1y": "1d", "2y": "1d", "5y": "1d", "10y": "1d", max: "1d",
};
const DEFAULT_SHOW = "volume,sma50,events";
const DEFAULT_RANGE = "1y";

/** @param {View} view */
export function symbolPage({ root, route, signal }) {
  const symbol = (route.args[0] ?? "AAPL").toUpperCase();
  const path = `quotes/${encodeURIComponent(symbol)}`;
  const head = el("header", { class: "symbol-head" });
  const grid = el("div", { class: "grid symbol-grid" });
  root.append(head, grid);
  const page = new SymbolPage(symbol, path, signal);
  head.append(page.head);
  grid.append(page.chartPanel.root, page.quotePanel.root);
  addResearch(grid, path, page, signal);
  page.start();
}

/**
 * @param {HTMLElement} grid
 * @param {string} path
 * @param {SymbolPage} page
 * @param {AbortSignal} signal
 */
function addResearch(grid, path, page, signal) {
  /** @type {[string, string, string, (body: HTMLElement, data: any, page: SymbolPage) => void, string][]} */
  const panels = [
    ["technicals", "Technicals and signals", "technicals", drawTechnicals, ""],
    ["fundamentals", "Key figures", "fundamentals", drawFundamentals, ""],
    ["earnings", "Earnings", "earnings", drawEarnings, ""],
    ["news", "News", "news?limit=12", drawNews, ""],
    ["peers", "Peers", "peers", drawPeers, "wide"],
    ["profile", "Company", "profile", drawProfile, ""],
    ["holders", "Holders", "holders", drawHolders, ""],
    ["filings", "Filings", "filings?limit=12", drawFilings, "wide"],
  ];
  panels.forEach(([id, title, resource, draw, width], index) => {
    if (index === 2) grid.append(statementsPanel(path, signal));
    const panel = createPanel(title, { id, class: `research ${width}` });
    panel.loading();
    grid.append(panel.root);
    const load = async () => {
      const zone = await page.zone;
      await fillPanel(panel, `${path}/${resource}`, signal, async (data) => {
        // The quote has the decimals of the price.
        await page.quoteLoaded;
        if (!signal.aborted) draw(panel.body, data, page);
      }, { zone });
    };
    whenVisible(panel.root, () => void load(), signal);
  });
}

export class SymbolPage {
  /**
   * @param {string} symbol
   * @param {string} path
   * @param {AbortSignal} signal
   */
  constructor(symbol, path, signal) {
    this.symbol = symbol;
    this.path = path;
    this.signal = signal;
    /** @type {Quote | null} */
    this.quote = null;
    this.quoteShown = false;
    this.known = true;
    this.zone = zoneOf(symbol);
    this.title = el("h1", {}, symbol);
    this.priceLine = el("p", { class: "price-line" }, " ");
    this.listButton = el("button", { type: "button", disabled: true }, "Add to watchlist");
    this.listed = false;
    this.links = [
      el("a", { class: "button", href: href(["chat"], { ask: `How is ${symbol} doing?` }) }, "Ask about it"),
      el("a", { class: "button", href: href(["reports"], { symbol }) }, "Make a report"),
    ];
    this.head = el("div", { class: "symbol-title" }, el("div", {}, this.title, this.priceLine), el("div", { class: "row" }, this.listButton, ...this.links));
    this.chartPanel = createPanel("Price", { id: "chart", class: "chart-panel" });
    this.quotePanel = createPanel("Quote", { id: "quote" });
    this.chartRoot = el("div", { class: "chart" });
    this.chart = new PriceChart(this.chartRoot, signal);
    this.drawing = 0;
    /** @type {Promise<void>} */
    this.quoteLoaded = Promise.resolve();
  }

  start() {
    this.controls = chartControls(() => void this.drawChart());
    this.chartPanel.actions.append(this.controls);
    this.quoteLoaded = this.loadQuote();
    void this.drawChart();
    void this.loadEvents();
    poll(() => this.loadQuote(), QUOTE_SECONDS, this.signal);
    poll(() => this.drawChart(true), HISTORY_SECONDS, this.signal);
    void this.drawListed();
  }

  async loadQuote() {
    if (!this.quoteShown) this.quotePanel.loading();
    this.quotePanel.setRequest(this.path);
    try {
      /** @type {Quote} */
      const quote = await getJson(this.path, this.signal);
      if (this.quote === quote && this.quoteShown) return;
      this.quote = quote;
      this.zone = zoneOf(this.symbol, quote.asset_type);
      const zone = await this.zone;
      this.quotePanel.root.removeAttribute("aria-busy");
      this.quotePanel.setProvenance(quote, zone);
      drawQuote(this.quotePanel.body, quote, zone);
      this.quoteShown = true;
      this.drawHead(quote, zone);
      this.setKnown(true);
    } catch (error) {
      if (this.signal.aborted) return;
      this.quoteShown = false;
      this.quotePanel.error(error, () => void this.loadQuote());
      if (error instanceof Problem && (error.status === 404 || error.code === "invalid_symbol")) this.setKnown(false);
    }
  }

  /**
   * Shows what can be done with the symbol, or hides it of a symbol that nobody knows; from the watchlist it can be
   * removed in any case.
   *
   * @param {boolean} known
   */
  setKnown(known) {
    this.known = known;
    for (const link of this.links) link.hidden = !known;
    if (this.controls) this.controls.hidden = !known;
    this.listButton.hidden = !known && !this.listed;
  }

  /**
   * @param {Quote} quote
   * @param {string} zone
   */
  drawHead(quote, zone) {
    const direction = directionOf(quote.change);
    fill(this.title, el("bdi", {}, quote.name ?? quote.symbol), " ", el("span", { class: "ticker" }, quote.symbol));
    fill(
      this.priceLine,
      el("b", { class: "price" }, price(quote.price, quote.price_decimals)),
      el("small", {}, ` ${unitOf(quote)} `),
      el("span", { class: `pill ${direction}` }, `${signed(quote.change, quote.price_decimals)} (${signedPercent(quote.change_percent)})`),
      el("small", { class: "muted" }, ` ${quote.market_state ? `Market ${words(quote.market_state).toLowerCase()} · ` : ""}${bothTimes(quote.as_of, zone)}`),
    );
    document.title = `${quote.symbol} ${price(quote.price, quote.price_decimals)} · Stock research`;
  }

  /** @param {boolean} [quiet] Whether a chart that is shown stays when the new data fails. */
  async drawChart(quiet = false) {
    const drawing = ++this.drawing;
    const state = chartState();
    const path = `${this.path}/history?period=${state.range}&interval=${state.interval}`;
    const panel = this.chartPanel;
    panel.setRequest(path);
    if (!this.chartRoot.isConnected) fill(panel.body, this.chartRoot);
    panel.root.setAttribute("aria-busy", "true");
    try {
      const data = await this.chartData(path, state);
      if (drawing !== this.drawing || this.signal.aborted) return;
      panel.setProvenance(data.history, data.zone);
      if (data.candles.length) await this.chart.draw(data);
      else panel.empty("No prices in this range. Choose a longer one.");
      if (drawing === this.drawing) panel.root.removeAttribute("aria-busy");
    } catch (error) {
      if (this.signal.aborted || drawing !== this.drawing) return;
      panel.root.removeAttribute("aria-busy");
      if (!quiet || !this.chart.data) panel.error(error, () => void this.drawChart());
    }
  }

  /**
   * @param {string} path
   * @param {ReturnType<typeof chartState>} state
   */
  async chartData(path, state) {
    const [history, series, zone] = await Promise.all([
      /** @type {Promise<History>} */ (getJson(path, this.signal)),
      this.indicators(state),
      this.quoteLoaded.then(() => this.zone),
    ]);
    const decimals = this.quote?.price_decimals ?? 2;
    const name = this.quote?.name ?? this.symbol;
    return { ...state, history, candles: history.candles, series, zone, decimals, name };
  }

  /** @param {ReturnType<typeof chartState>} state */
  async indicators(state) {
    const wanted = OVERLAYS.some(({ id }) => state.show.includes(id));
    if (!wanted || state.interval !== "1d") return null;
    const data = await getJson(`${this.path}/technicals?period=${state.range}&series=true`, this.signal).catch((error) => {
      if (error instanceof Problem) return null;
      throw error;
    });
    return data?.series ?? null;
  }

  async loadEvents() {
    const [actions, earnings] = await Promise.allSettled([
      getJson(`${this.path}/actions`, this.signal),
      getJson(`${this.path}/earnings`, this.signal),
    ]);
    /** @type {Event[]} */
    const events = [];
    if (actions.status === "fulfilled") {
      for (const { ex_date, amount, currency } of actions.value.dividends) {
        events.push({ date: ex_date, kind: "dividend", text: `Dividend ${plain(amount)} ${currency ?? ""}` });
      }
      for (const { date, numerator, denominator } of actions.value.splits) {
        events.push({ date, kind: "split", text: `Split ${plain(numerator)} for ${plain(denominator)}` });
      }
    }
    if (earnings.status === "fulfilled") {
      for (const { reported_on, eps_actual } of earnings.value.history) {
        if (reported_on) events.push({ date: reported_on, kind: "earnings", text: `Earnings per share ${plain(eps_actual)}` });
      }
    }
    this.chart.setEvents(events);
  }

  async drawListed() {
    try {
      const { symbols } = await watchlist(this.signal);
      this.setListButton(symbols.includes(this.symbol));
    } catch {
      // The watchlist page shows the problem; here the button stays off.
    }
  }

  /** @param {boolean} listed */
  setListButton(listed) {
    const button = el("button", { type: "button", "aria-pressed": String(listed) }, listed ? "On watchlist" : "Add to watchlist");
    let changing = false;
    button.addEventListener("click", async () => {
      if (changing) return;
      // Not disabled: the focus would be lost.
      changing = true;
      try {
        const { symbols } = await setListed(this.symbol, !listed);
        this.setListButton(symbols.includes(this.symbol));
      } catch (error) {
        changing = false;
        this.head.querySelector(".problem")?.remove();
        this.head.append(problemView(error));
      }
    });
    const focused = document.activeElement === this.listButton;
    this.listButton.replaceWith(button);
    this.listButton = button;
    this.listed = listed;
    this.setKnown(this.known);
    if (focused) button.focus();
  }
}

/** Returns the state of the chart in the address. */
function chartState() {
  const { query } = currentRoute();
  const asked = query.get("range") ?? DEFAULT_RANGE;
  const range = Object.hasOwn(INTERVALS, asked) ? asked : DEFAULT_RANGE;
  const interval = query.get("interval") ?? INTERVALS[range];
  const type = query.get("type") === "line" ? "line" : "candles";
  const show = (query.get("show") ?? DEFAULT_SHOW).split(",").filter(Boolean);
  return { range, interval, type, log: query.get("scale") === "log", show };
}

/** @param {() => void} changed */
function chartControls(changed) {
  const root = el("div", { class: "chart-controls" });
  const draw = () => {
    const state = chartState();
    const set = (/** @type {Record<string, string | null>} */ changes) => {
      setQuery(changes);
      draw();
      changed();
    };
    keepFocus(root, () => fill(root, rangeGroup(state, set), typeGroup(state, set), indicatorMenu(state, set, root)));
  };
  draw();
  return root;
}

/**
 * @param {ReturnType<typeof chartState>} state
 * @param {(changes: Record<string, string | null>) => void} set
 */
function rangeGroup(state, set) {
  const buttons = Object.keys(INTERVALS).map((range) =>
    toggle(range === "max" || range === "ytd" ? range.toUpperCase() : range, range === state.range, `range-${range}`, () =>
      set({ range: range === DEFAULT_RANGE ? null : range, interval: null }),
    ),
  );
  return el("div", { class: "segments", role: "group", "aria-label": "Range" }, ...buttons);
}

/**
 * @param {ReturnType<typeof chartState>} state
 * @param {(changes: Record<string, string | null>) => void} set
 */
function typeGroup(state, set) {
  return el(
    "div",
    { class: "segments", role: "group", "aria-label": "Chart type" },
    toggle("Candles", state.type === "candles", "candles", () => set({ type: null })),
    toggle("Line", state.type === "line", "line", () => set({ type: "line" })),
    toggle("Log", state.log, "log", () => set({ scale: state.log ? null : "log" })),
  );
}

/**
 * @param {ReturnType<typeof chartState>} state
 * @param {(changes: Record<string, string | null>) => void} set
 * @param {HTMLElement} root Of the controls: the menu stays open while they are drawn again.
 */
function indicatorMenu(state, set, root) {
  const daily = state.interval === "1d";
  const options = [
    { id: "volume", label: "Volume", off: false },
    { id: "events", label: "Dividends, splits, earnings", off: false },
    ...OVERLAYS.map(({ id, label }) => ({ id, label, off: !daily })),
  ];
  const items = options.map(({ id, label, off }) => {
    const change = () => {
      const show = state.show.includes(id) ? state.show.filter((other) => other !== id) : [...state.show, id];
      set({ show: show.join(",") === DEFAULT_SHOW ? null : show.join(",") || "none" });
    };
    const box = el("input", { type: "checkbox", checked: state.show.includes(id), disabled: off, "data-control": id, onchange: change });
    return el("label", { class: "check" }, box, label);
  });
  const note = daily ? null : el("p", { class: "hint" }, "Indicators are computed from daily candles. Choose a range of a month or more.");
  const open = root.querySelector("details")?.open ?? false;
  return el("details", { class: "menu", open }, el("summary", { "data-control": "menu" }, "Indicators"), el("div", { class: "menu-body" }, ...items, note));
}

/**
 * @param {string} label
 * @param {boolean} pressed
 * @param {string} id
 * @param {() => void} onclick
 */
function toggle(label, pressed, id, onclick) {
  return el("button", { type: "button", "aria-pressed": String(pressed), "data-control": id, onclick }, label);
}

/**
 * @param {HTMLElement} body
 * @param {Quote} quote
 * @param {string} zone
 */
function drawQuote(body, quote, zone) {
  const p = (/** @type {number | null} */ value) => price(value, quote.price_decimals);
  /** @type {[string, string][]} */
  const entries = [
    ["Previous close", p(quote.previous_close)],
    ["Open", p(quote.open)],
    ["Day range", `${p(quote.day_low)} – ${p(quote.day_high)}`],
    ["Volume", compact(quote.volume)],
    ["Market cap", compact(quote.market_cap)],
    ["Type", words(quote.asset_type)],
    ["Exchange", quote.exchange ?? "–"],
    ["Currency", quote.currency ?? "–"],
  ];
  if (quote.pre_market_price) entries.push(["Pre-market", `${p(quote.pre_market_price)} (${signedPercent(quote.pre_market_change_percent)})`]);
  if (quote.post_market_price) entries.push(["After hours", `${p(quote.post_market_price)} (${signedPercent(quote.post_market_change_percent)})`]);
  entries.push(["Time", bothTimes(quote.as_of, zone)], ["Fetched", bothTimes(quote.fetched_at, zone)]);
  fill(body, factList(entries));
}

/** @param {[string, string][]} entries */
function factList(entries) {
  return el("dl", { class: "facts" }, ...entries.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}
