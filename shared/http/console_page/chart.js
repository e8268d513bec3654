/** The price chart: candles or a line, volume, overlays, indicator panes, event marks, keyboard. */

import { el, fill } from "./dom.js";
import { bothTimes, compact, day, decimal, price, signedPercent, words } from "./format.js";
import { cleanCandles, gapTimes, secondsOf, shiftInto, valuePoints } from "./points.js";

/** @typedef {import("./types.js").Candle} Candle */
/** @typedef {{date: string, kind: "dividend" | "split" | "earnings", text: string}} Event */
/** @typedef {{id: string, label: string, color: string, pane: string, fields: string[]}} Overlay */

/** @type {Overlay[]} What can be drawn from the daily indicators. */
export const OVERLAYS = [
  { id: "sma20", label: "SMA 20", color: "--series-1", pane: "price", fields: ["sma_20"] },
  { id: "sma50", label: "SMA 50", color: "--series-2", pane: "price", fields: ["sma_50"] },
  { id: "sma200", label: "SMA 200", color: "--series-3", pane: "price", fields: ["sma_200"] },
  { id: "ema12", label: "EMA 12", color: "--series-4", pane: "price", fields: ["ema_12"] },
  { id: "ema26", label: "EMA 26", color: "--series-5", pane: "price", fields: ["ema_26"] },
  { id: "bollinger", label: "Bollinger", color: "--series-6", pane: "price", fields: ["bollinger_upper", "bollinger_middle", "bollinger_lower"] },
  { id: "rsi", label: "RSI 14", color: "--series-4", pane: "rsi", fields: ["rsi_14"] },
  { id: "macd", label: "MACD", color: "--series-1", pane: "macd", fields: ["macd_histogram", "macd", "macd_signal"] },
];

/** @type {Promise<any> | null} */
let library = null;

/** Loads the chart library once. */
function loadLibrary() {
  // A classic script that defines one global; imported as a module it does the same.
  const address = new URL("lightweight-charts.js", import.meta.url).href;
  library ??= import(address).then(() => /** @type {any} */ (window).LightweightCharts);
  return library;
}

/**
 * Returns a colour of the style sheet as the browser resolves it in the current theme.
 *
 * @param {string} name
 */
function colour(name) {
  const probe = el("span", { hidden: true });
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

/**
 * @typedef {object} ChartData
 * @property {Candle[]} candles
 * @property {string} interval
 * @property {string} zone Of the exchange.
 * @property {number} decimals
 * @property {string} type `candles` or `line`.
 * @property {boolean} log
 * @property {string[]} show Ids of overlays, `volume` and `events`.
 * @property {any} series Of the technicals; null without.
 * @property {string} name Of the instrument, for users of screen readers.
 */

/** A chart in an element; `draw` may be called repeatedly. */
export class PriceChart {
  /**
   * @param {HTMLElement} root
   * @param {AbortSignal} signal
   */
  constructor(root, signal) {
    this.legend = el("div", { class: "chart-legend", tabindex: 0, role: "group", "aria-label": "Values at the crosshair" });
    this.canvas = el("div", { class: "chart-canvas", tabindex: 0, role: "group" });
    fill(root, this.legend, this.canvas);
    /** @type {any} */
    this.chart = null;
    /** @type {ChartData | null} */
    this.data = null;
    /** @type {{seconds: number, time: number, candle: Candle}[]} */
    this.bars = [];
    /** @type {Map<number, number>} */
    this.indexByTime = new Map();
    /** @type {{label: string, color: string, values: Map<number, number>}[]} */
    this.lines = [];
    /** @type {any} */
    this.main = null;
    /** @type {Event[]} */
    this.events = [];
    /** @type {any} Marks of the events; null while they are not shown. */
    this.marks = null;
    /** Candle of the keyboard's crosshair; minus one without. */
    this.cursor = -1;
    /** Candle of the legend. */
    this.shown = -1;
    /** @type {string} */
    this.span = "";
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("console:theme", () => this.data && void this.draw(this.data), { signal });
    signal.addEventListener("abort", () => this.chart?.remove());
    this.signal = signal;
    // While the data is on its way.
    void loadLibrary();
  }

  /** @param {ChartData} data */
  async draw(data) {
    const lib = await loadLibrary();
    if (this.signal.aborted) return;
    // The visible part stays when only the data or the drawn series change.
    const span = `${data.interval}/${data.candles[0]?.timestamp}`;
    const visible = span === this.span ? this.chart?.timeScale().getVisibleLogicalRange() : null;
    if (span !== this.span) this.cursor = -1;
    this.span = span;
    this.data = data;
    this.chart?.remove();
    this.prepare(data);
    this.chart = lib.createChart(this.canvas, this.options(data));
    this.lines = [];
    this.drawPrices(lib, data);
    if (data.show.includes("volume")) this.drawVolume(lib);
    this.marks = data.show.includes("events") ? lib.createSeriesMarkers(this.main, this.eventMarks()) : null;
    if (data.series) this.drawOverlays(lib, data);
    this.chart.panes().forEach((/** @type {any} */ pane, /** @type {number} */ i) => pane.setStretchFactor(i ? 1 : 3));
    this.followCrosshair();
    if (visible) this.chart.timeScale().setVisibleLogicalRange(visible);
    else this.chart.timeScale().fitContent();
    this.describe(data);
    this.showCursor();
  }

  followCrosshair() {
    this.chart.subscribeCrosshairMove((/** @type {any} */ move) => {
      // The mouse takes the crosshair from the keyboard; a change of the layout does not.
      if (move.sourceEvent) this.cursor = -1;
      if (this.cursor < 0) this.drawLegend(this.indexByTime.get(move.time) ?? this.bars.length - 1);
    });
    // The library keeps a crosshair at its place on the screen, not at its candle.
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(() => this.cursor >= 0 && this.showCursor());
  }

  /**
   * Shows events in the chart as it is: drawing it again would take the crosshair from the reader.
   *
   * @param {Event[]} events
   */
  setEvents(events) {
    this.events = events;
    if (!this.chart || this.signal.aborted) return;
    this.marks?.setMarkers(this.eventMarks());
    this.drawLegend(this.shown);
  }

  /** @param {ChartData} data */
  prepare(data) {
    const shift = secondsOf(data.interval) >= 86400 ? (/** @type {number} */ s) => s : shiftInto(data.zone);
    this.bars = cleanCandles(data.candles).map((bar) => ({ ...bar, time: shift(bar.seconds) }));
    // When clocks go back, an hour of the exchange occurs twice.
    this.bars = this.bars.filter((bar, i) => i === 0 || bar.time > this.bars[i - 1].time);
    this.indexByTime = new Map(this.bars.map(({ time }, i) => [time, i]));
  }

  /** @param {ChartData} data */
  options(data) {
    const [text, line, surface] = [colour("--text-muted"), colour("--line-soft"), colour("--surface")];
    return {
      autoSize: true,
      layout: {
        attributionLogo: false, // It needs an inline style; the footer has the link.
        background: { type: "solid", color: surface },
        textColor: text,
        fontFamily: getComputedStyle(document.body).fontFamily,
        panes: { separatorColor: line, enableResize: true },
      },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      crosshair: { mode: 0 },
      rightPriceScale: { borderColor: line, mode: data.log ? 1 : 0 },
      timeScale: { borderColor: line, timeVisible: secondsOf(data.interval) < 86400, secondsVisible: false, minBarSpacing: 0.05 },
      localization: { locale: navigator.language },
      handleScroll: { vertTouchDrag: false },
    };
  }

  /**
   * @param {any} lib
   * @param {ChartData} data
   */
  drawPrices(lib, data) {
    const priceFormat = { type: "price", precision: data.decimals, minMove: 10 ** -data.decimals };
    const [up, down] = [colour("--up"), colour("--down")];
    const step = secondsOf(data.interval);
    /** @type {any[]} */
    const points = [];
    this.bars.forEach(({ time, candle }, i) => {
      const gap = i ? gapTimes(this.bars[i - 1].time, time, step) : [];
      for (const missing of gap) points.push({ time: missing });
      if (data.type === "line") points.push({ time, value: candle.close, ...(gap.length ? { color: "transparent" } : {}) });
      else points.push({ time, open: candle.open, high: candle.high, low: candle.low, close: candle.close });
    });
    this.main =
      data.type === "line"
        ? this.chart.addSeries(lib.LineSeries, { color: colour("--accent"), lineWidth: 2, priceFormat })
        : this.chart.addSeries(lib.CandlestickSeries, {
            upColor: up, downColor: down, borderVisible: false, wickUpColor: up, wickDownColor: down, priceFormat,
          });
    this.main.setData(points);
    this.main.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: data.show.includes("volume") ? 0.24 : 0.06 } });
  }

  /** @param {any} lib */
  drawVolume(lib) {
    const [up, down] = [colour("--up-soft"), colour("--down-soft")];
    const series = this.chart.addSeries(lib.HistogramSeries, {
      priceScaleId: "volume", priceFormat: { type: "volume" }, lastValueVisible: false, priceLineVisible: false,
    });
    series.setData(
      this.bars
        .filter(({ candle }) => candle.volume !== null)
        .map(({ time, candle }) => ({ time, value: candle.volume, color: candle.close >= candle.open ? up : down })),
    );
    series.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  }

  /** Returns the marks of the events, in the order of time. */
  eventMarks() {
    const looks = {
      dividend: { shape: "circle", color: colour("--series-2"), text: "D" },
      split: { shape: "square", color: colour("--series-4"), text: "S" },
      earnings: { shape: "arrowUp", color: colour("--series-3"), text: "E" },
    };
    const marks = this.eventBars().map(({ event, bar }) => ({ time: bar.time, position: "belowBar", ...looks[event.kind] }));
    return marks.sort((a, b) => a.time - b.time);
  }

  /** Returns the events inside the chart with the first candle on or after each. */
  eventBars() {
    return this.events.flatMap((event) => {
      const moment = Date.parse(`${event.date}T00:00:00Z`) / 1000;
      const first = this.bars[0];
      if (!first || moment < first.time - 86400 * 5) return [];
      const bar = this.bars.find(({ time }) => time >= moment);
      return bar ? [{ event, bar }] : [];
    });
  }

  /**
   * @param {any} lib
   * @param {ChartData} data
   */
  drawOverlays(lib, data) {
    const times = data.series.timestamps.map((/** @type {string} */ moment) => Date.parse(moment) / 1000);
    let panes = 1;
    for (const overlay of OVERLAYS.filter(({ id }) => data.show.includes(id))) {
      const pane = overlay.pane === "price" ? 0 : panes++;
      for (const field of overlay.fields) {
        this.drawIndicator(lib, overlay, field, pane, valuePoints(times, data.series[field]), data);
      }
    }
  }

  /**
   * @param {any} lib
   * @param {Overlay} overlay
   * @param {string} field
   * @param {number} pane
   * @param {any[]} points
   * @param {ChartData} data
   */
  drawIndicator(lib, overlay, field, pane, points, data) {
    const histogram = field === "macd_histogram";
    const name = field === "macd_signal" ? "--series-2" : overlay.color;
    const color = colour(name);
    const decimals = overlay.pane === "rsi" ? 1 : data.decimals;
    const options = {
      color, lineWidth: 1, lastValueVisible: false, priceLineVisible: false, crosshairMarkerVisible: false,
      lineStyle: field === "bollinger_middle" ? 2 : 0,
      priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals },
    };
    // The whole scale of the RSI is 0 to 100, whatever is in view.
    const scale = overlay.pane === "rsi" ? { autoscaleInfoProvider: () => ({ priceRange: { minValue: 0, maxValue: 100 } }) } : {};
    const series = this.chart.addSeries(histogram ? lib.HistogramSeries : lib.LineSeries, { ...options, ...scale }, pane);
    const [up, down] = histogram ? [colour("--up-soft"), colour("--down-soft")] : ["", ""];
    series.setData(histogram ? points.map((point) => ({ ...point, color: point.value >= 0 ? up : down })) : points);
    if (overlay.pane === "rsi") {
      for (const level of [30, 70]) {
        series.createPriceLine({ price: level, color: colour("--text-muted"), lineWidth: 1, lineStyle: 2, axisLabelVisible: false, title: "" });
      }
    }
    const label = overlay.fields.length > 1 ? words(field) : overlay.label;
    const values = new Map(points.filter((point) => point.value !== undefined).map((point) => [point.time, point.value]));
    this.lines.push({ label, color: name, values });
  }

  /** @param {number} index Of the candle. */
  drawLegend(index) {
    this.shown = index;
    const bar = this.bars[index];
    if (!bar || !this.data) return this.legend.replaceChildren();
    const { decimals, interval, zone } = this.data;
    const { candle } = bar;
    const daily = secondsOf(interval) >= 86400;
    const before = this.bars[index - 1]?.candle.close;
    const parts = [
      el("b", {}, daily ? day(candle.timestamp) : bothTimes(candle.timestamp, zone)),
      ...[["O", candle.open], ["H", candle.high], ["L", candle.low], ["C", candle.close]].map(([name, value]) =>
        el("span", {}, el("i", {}, String(name)), ` ${price(Number(value), decimals)}`),
      ),
      before ? el("span", { class: candle.close >= before ? "up" : "down" }, signedPercent((candle.close / before - 1) * 100)) : null,
      el("span", {}, el("i", {}, "Vol"), ` ${compact(candle.volume)}`),
    ];
    parts.push(...this.lineLegend(bar.time, decimals), ...this.eventLegend(bar));
    fill(this.legend, ...parts);
  }

  /**
   * @param {number} time
   * @param {number} decimals
   */
  lineLegend(time, decimals) {
    return this.lines.flatMap((line) => {
      const value = line.values.get(time);
      if (value === undefined) return [];
      const swatch = el("i", { class: `swatch swatch${line.color.replace("--series", "")}` });
      return [el("span", {}, swatch, ` ${line.label} ${decimal(value, line.label.startsWith("RSI") ? 1 : decimals)}`)];
    });
  }

  /** @param {{seconds: number}} bar */
  eventLegend(bar) {
    if (!this.data?.show.includes("events")) return [];
    const here = this.eventBars().filter(({ bar: at }) => at.seconds === bar.seconds);
    return here.map(({ event }) => el("span", { class: "badge" }, event.text));
  }

  /** @param {ChartData} data */
  describe(data) {
    const [first, last] = [this.bars[0], this.bars[this.bars.length - 1]];
    const text = last
      ? `from ${day(first.candle.timestamp)} to ${day(last.candle.timestamp)}, last ${price(last.candle.close, data.decimals)}`
      : "no data";
    this.canvas.setAttribute(
      "aria-label",
      `Price chart of ${data.name}, ${text}. Left and right arrows move the crosshair, plus and minus zoom, Shift with arrows pans.`,
    );
    this.legend.setAttribute("aria-live", "off");
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (!this.chart || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.bars.length - 1;
    const { cursor } = this;
    /** @type {Record<string, () => void>} */
    const actions = event.shiftKey
      ? { ArrowLeft: () => this.pan(-1), ArrowRight: () => this.pan(1), "+": () => this.zoom(0.15) }
      : {
          ArrowLeft: () => this.moveCrosshair(cursor < 0 ? last : cursor - 1),
          ArrowRight: () => this.moveCrosshair(cursor < 0 ? last : cursor + 1),
          Home: () => this.moveCrosshair(0),
          End: () => this.moveCrosshair(last),
          "+": () => this.zoom(0.15),
          "-": () => this.zoom(-0.15),
        };
    const action = actions[event.key];
    if (!action) return;
    action();
    event.preventDefault();
  }

  /** @param {number} direction Minus one for earlier. */
  pan(direction) {
    const { from, to } = this.chart.timeScale().getVisibleLogicalRange();
    const step = (direction * (to - from)) / 8;
    this.chart.timeScale().setVisibleLogicalRange({ from: from + step, to: to + step });
  }

  /** @param {number} share Of the visible part that is cut at both ends. */
  zoom(share) {
    const { from, to } = this.chart.timeScale().getVisibleLogicalRange();
    const change = (to - from) * share;
    this.chart.timeScale().setVisibleLogicalRange({ from: from + change, to: to - change });
  }

  /** @param {number} index Of the candle. */
  moveCrosshair(index) {
    this.cursor = Math.min(Math.max(index, 0), this.bars.length - 1);
    this.legend.setAttribute("aria-live", "polite");
    this.showCursor();
  }

  /** Draws the crosshair of the keyboard and the legend of its candle, else the legend of the last candle. */
  showCursor() {
    const bar = this.bars[this.cursor];
    if (bar) this.chart.setCrosshairPosition(bar.candle.close, bar.time, this.main);
    this.drawLegend(bar ? this.cursor : this.bars.length - 1);
  }
}
