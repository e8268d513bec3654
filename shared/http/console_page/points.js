/** Prepares data for the chart: sorted, unique, without nulls, gaps as gaps. */

/** @typedef {import("./types.js").Candle} Candle */
/** @typedef {{time: number, open?: number, high?: number, low?: number, close?: number}} CandlePoint */

const DAY = 86400;
/** Weekdays without a candle that are still no gap: a weekend with the longest holidays of an exchange. */
const USUAL_CLOSED_DAYS = 11;
const MAX_GAP_POINTS = 400;

/**
 * Returns a function that moves a time into a zone: the chart library knows UTC only.
 *
 * @param {string} zone IANA name.
 * @returns {(seconds: number) => number}
 */
export function shiftInto(zone) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
  });
  /** @type {Map<number, number>} */
  const offsets = new Map();
  return (seconds) => {
    const hour = Math.floor(seconds / 3600);
    let offset = offsets.get(hour);
    if (offset === undefined) {
      const parts = Object.fromEntries(format.formatToParts(hour * 3600_000).map(({ type, value }) => [type, Number(value)]));
      offset = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute) / 1000 - hour * 3600;
      offsets.set(hour, offset);
    }
    return seconds + offset;
  };
}

/**
 * Returns the valid candles, oldest first, one per time; the last one of a time wins.
 *
 * @param {Candle[]} candles
 */
export function cleanCandles(candles) {
  /** @type {Map<number, Candle>} */
  const byTime = new Map();
  for (const candle of candles) {
    const seconds = Date.parse(candle.timestamp) / 1000;
    const values = [seconds, candle.open, candle.high, candle.low, candle.close];
    if (values.every((value) => typeof value === "number" && Number.isFinite(value))) byTime.set(seconds, candle);
  }
  return [...byTime].sort(([a], [b]) => a - b).map(([seconds, candle]) => ({ seconds, candle }));
}

/**
 * Returns the times without a candle between two candles; empty when the market was only closed.
 *
 * @param {number} before Seconds.
 * @param {number} after Seconds.
 * @param {number} step Seconds between candles.
 */
export function gapTimes(before, after, step) {
  const span = after - before;
  const daily = step >= DAY;
  const sameDay = Math.floor(before / DAY) === Math.floor(after / DAY);
  const isGap = daily ? span > Math.max(USUAL_CLOSED_DAYS * DAY, 3 * step) : sameDay && span > 2 * step;
  if (!isGap) return [];
  /** @type {number[]} */
  const times = [];
  for (let time = before + step; time < after && times.length < MAX_GAP_POINTS; time += step) times.push(time);
  return times;
}

/**
 * Returns the points of a series of values; nulls become gaps.
 *
 * @param {number[]} times
 * @param {(number | null)[]} values
 */
export function valuePoints(times, values) {
  const points = new Map();
  times.forEach((time, i) => {
    const value = values[i];
    points.set(time, typeof value === "number" && Number.isFinite(value) ? { time, value } : { time });
  });
  return [...points.values()].sort((a, b) => a.time - b.time);
}

/** @type {Record<string, number>} */
const UNITS = { m: 60, h: 3600, d: DAY, wk: 7 * DAY, mo: 31 * DAY };

/**
 * Returns the seconds between two candles of an interval.
 *
 * @param {string} interval
 */
export function secondsOf(interval) {
  const [, count, unit] = /^(\d+)([a-z]+)$/.exec(interval) ?? [];
  return Number(count) * (UNITS[unit] ?? DAY);
}
