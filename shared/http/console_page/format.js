/** Numbers and times as people read them, in the locale of the browser. */

import { API } from "./api.js";

export const MISSING = "–";

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {number | null | undefined} value
 * @param {Intl.NumberFormatOptions} options
 */
function number(value, options) {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(undefined, options)));
  return format.format(value);
}

/**
 * Returns a price with the decimals of its instrument.
 *
 * @param {number | null | undefined} value
 * @param {number | null} [decimals]
 */
export function price(value, decimals) {
  const digits = decimals ?? 2;
  return number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * Returns a number with its sign.
 *
 * @param {number | null | undefined} value
 * @param {number | null} [decimals]
 */
export function signed(value, decimals) {
  const digits = decimals ?? 2;
  return number(value, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: "exceptZero",
  });
}

/**
 * Returns the class of a change: `up`, `down`, or nothing.
 *
 * @param {number | null | undefined} change
 */
export function directionOf(change) {
  if (!change) return "";
  return change > 0 ? "up" : "down";
}

/** @param {number | null | undefined} value In percent: 1.25 is 1.25 %. */
export function signedPercent(value) {
  return value === null || value === undefined
    ? MISSING
    : number(value / 100, { style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero" });
}

/** @param {number | null | undefined} value In percent. */
export function percent(value) {
  return value === null || value === undefined
    ? MISSING
    : number(value / 100, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** @param {number | null | undefined} value As a fraction: 0.25 is 25 %. */
export function fraction(value) {
  return number(value, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** @param {number | null | undefined} value */
export function compact(value) {
  return number(value, { notation: "compact", maximumFractionDigits: 2 });
}

/** @param {number | null | undefined} value With the digits that it has, six at most. */
export function plain(value) {
  return number(value, { maximumFractionDigits: 6 });
}

/** @param {number | null | undefined} value */
export function whole(value) {
  return number(value, { maximumFractionDigits: 0 });
}

/**
 * @param {number | null | undefined} value
 * @param {number} [digits]
 */
export function decimal(value, digits = 2) {
  return number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * Returns an amount per share: of a few pence or less it shows three digits, which two decimals would lose.
 *
 * @param {number | null | undefined} value
 */
export function perShare(value) {
  return value && Math.abs(value) < 0.1 ? number(value, { maximumSignificantDigits: 3 }) : decimal(value);
}

/**
 * Returns what the price of an instrument is in: the level of an index is in points.
 *
 * @param {{asset_type: string | null, currency: string | null}} quote
 */
export function unitOf({ asset_type, currency }) {
  return asset_type === "index" ? "" : (currency ?? "");
}

/** @type {Record<string, string>} Names whose spelling a rule does not give. */
const SPELLINGS = {
  mongodb: "MongoDB", openai: "OpenAI", azure_openai: "Azure OpenAI", grok: "Grok (xAI)", yahoo: "Yahoo Finance",
  alpha_vantage: "Alpha Vantage", sec_edgar: "SEC EDGAR", tiingo: "Tiingo", ecb: "ECB", etf: "ETF",
};

/** @param {string | null | undefined} name A name of the API, such as `strong_buy`. */
export function words(name) {
  if (!name) return MISSING;
  if (Object.hasOwn(SPELLINGS, name)) return SPELLINGS[name];
  const text = name.replaceAll("_", " ").replace(/\b(rsi|macd|sma|ema|eps|atr)\b/g, (letters) => letters.toUpperCase());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {string} name Of a data source. */
export function sourceName(name) {
  return name === "sample" ? "Sample data" : words(name);
}

export const READER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @type {Promise<{suffixes: Record<string, string>, indices: Record<string, string>}> | null} */
let zones = null;

/**
 * Returns the IANA time zone of the exchange of a symbol.
 *
 * @param {string} symbol
 * @param {string | null} [assetType]
 */
export async function zoneOf(symbol, assetType) {
  if (assetType === "cryptocurrency" || assetType === "currency") return "UTC";
  zones ??= fetch(new URL("time-zones.json", import.meta.url)).then((response) => {
    if (!response.ok) throw new Error(`time zones: status ${response.status}`);
    return response.json();
  });
  try {
    const { suffixes, indices } = await zones;
    const suffix = symbol.includes(".") ? symbol.slice(symbol.lastIndexOf(".") + 1) : "";
    return indices[symbol] ?? suffixes[suffix] ?? "America/New_York";
  } catch {
    zones = null;
    return READER_ZONE;
  }
}

/**
 * Returns a time in a zone with the zone's short name; the day is left out when it is today.
 *
 * @param {string | null | undefined} moment RFC 3339.
 * @param {string} [zone]
 */
export function time(moment, zone = READER_ZONE) {
  if (!moment) return MISSING;
  const date = new Date(moment);
  const today = dayIn(date, zone) === dayIn(new Date(), zone);
  return today ? clock(date, zone) : `${dateIn(date, zone)}, ${clock(date, zone)}`;
}

/**
 * Returns a time in the zone of the exchange, and of the reader where the two differ.
 *
 * @param {string | null | undefined} moment
 * @param {string} zone Of the exchange.
 */
export function bothTimes(moment, zone) {
  const there = time(moment, zone);
  if (!moment || there === time(moment)) return there;
  const date = new Date(moment);
  const here = dayIn(date, zone) === dayIn(date, READER_ZONE) ? clock(date, READER_ZONE) : time(moment);
  return `${there} (${here})`;
}

/**
 * @param {Date} date
 * @param {string} zone
 */
function clock(date, zone) {
  return new Intl.DateTimeFormat(undefined, { timeZone: zone, hour: "2-digit", minute: "2-digit", timeZoneName: "short" }).format(date);
}

/**
 * @param {Date} date
 * @param {string} zone
 */
function dateIn(date, zone) {
  const thisYear = date.getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(undefined, { timeZone: zone, day: "numeric", month: "short", ...(thisYear ? {} : { year: "numeric" }) }).format(date);
}

/**
 * @param {Date} date
 * @param {string} zone
 */
function dayIn(date, zone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(date);
}

/** @param {string | null | undefined} date `YYYY-MM-DD`: a day, in no zone. */
export function day(date) {
  if (!date) return MISSING;
  return new Intl.DateTimeFormat(undefined, { timeZone: "UTC", dateStyle: "medium" }).format(
    new Date(`${date.slice(0, 10)}T00:00:00Z`),
  );
}

/** Address of the documentation page. */
export const DOCS = `${API}docs`;
