/**
 * Shapes of the API that several modules use; docs/openapi.yaml describes them in full.
 *
 * @typedef {{source: string, as_of: string | null, fetched_at: string, stale: boolean,
 *   fallback_reason: string | null, quality: {code: string, detail: string}[]}} Provenance
 *
 * @typedef {Provenance & {symbol: string, name: string | null, asset_type: string | null,
 *   currency: string | null, exchange: string | null, price: number, previous_close: number | null,
 *   change: number | null, change_percent: number | null, open: number | null, day_high: number | null,
 *   day_low: number | null, volume: number | null, market_cap: number | null, market_state: string | null,
 *   price_decimals: number | null, pre_market_price: number | null,
 *   pre_market_change_percent: number | null, post_market_price: number | null,
 *   post_market_change_percent: number | null}} Quote
 *
 * @typedef {{timestamp: string, open: number, high: number, low: number, close: number,
 *   adjusted_close: number | null, volume: number | null}} Candle
 *
 * @typedef {Provenance & {symbol: string, asset_type: string | null, currency: string | null,
 *   interval: string, candles: Candle[]}} History
 *
 * @typedef {Provenance & {dividends: {ex_date: string, amount: number, currency: string | null}[],
 *   splits: {date: string, numerator: number, denominator: number}[]}} Actions
 *
 * @typedef {{symbol: string, name: string | null, asset_type: string, exchange: string | null,
 *   country: string | null, currency: string | null, sector: string | null, tracked: boolean}} SymbolInfo
 *
 * @typedef {{id: number, kind: string, symbol: string, source: string, as_of: string | null, stale: boolean,
 *   url: string | null, title: string | null}} Source
 *
 * @typedef {{label: string, value: number, unit: string | null, symbol: string | null,
 *   period: string | null, as_of: string | null}} Fact
 *
 * @typedef {{text: string, verdict: "supported" | "unsupported" | "misattributed", fact_id: number | null,
 *   fact: Fact | null, start: number, end: number, section?: number | null}} Mark
 *
 * @typedef {{stated: number, supported: number, unsupported: {text: string}[],
 *   misattributed: {text: string}[], marks: Mark[]}} Figures
 *
 * @typedef {{page: string, args: string[], query: URLSearchParams}} Route
 *
 * @typedef {{root: HTMLElement, route: Route, signal: AbortSignal}} View
 *   What a page gets: where it draws, its route, and a signal that aborts when the reader leaves it.
 */
export {};
