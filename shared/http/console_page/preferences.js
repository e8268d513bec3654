/** The watchlist of the reader, stored in the preferences. */

import { Problem, send, userId } from "./api.js";

/** What a reader sees who has not stored anything yet. */
export const STARTER = ["AAPL", "MSFT", "NVDA", "AMZN", "JPM", "SPY", "^GSPC", "BTC-USD"];

/**
 * @typedef {{symbols: string[], starter: boolean, remarks: {symbol: string, code: string, since: string}[]}} Watchlist
 *   `starter` is true until the reader has stored a list.
 */

/** Returns the path of the preferences, below the API. */
export function preferencesPath() {
  return `users/${encodeURIComponent(userId())}/preferences`;
}

/**
 * Returns the stored watchlist, or the starter list.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<Watchlist>}
 */
export async function watchlist(signal) {
  return listOf((await load(signal)).preferences);
}

/**
 * Adds a symbol to the watchlist or removes it; the change of another tab is kept.
 *
 * @param {string} symbol
 * @param {boolean} listed
 * @returns {Promise<Watchlist>}
 */
export async function setListed(symbol, listed) {
  for (let attempt = 0; ; attempt += 1) {
    const { preferences, etag } = await load();
    const before = listOf(preferences).symbols.filter((other) => other !== symbol);
    const body = {
      watchlist: listed ? [...before, symbol] : before,
      default_provider: preferences.default_provider,
      report: preferences.report,
    };
    try {
      const response = await send(preferencesPath(), { method: "PUT", body, headers: { "If-Match": etag } });
      return listOf(await response.json());
    } catch (error) {
      if (!(error instanceof Problem && error.status === 409 && attempt < 3)) throw error;
    }
  }
}

/** @param {AbortSignal} [signal] */
async function load(signal) {
  const response = await send(preferencesPath(), { signal });
  // A proxy that compresses a response weakens its tag; a weak tag never matches (RFC 9110, 13.1.1).
  const etag = response.headers.get("ETag")?.replace(/^W\//, "") ?? "*";
  return { preferences: await response.json(), etag };
}

/**
 * @param {any} preferences
 * @returns {Watchlist}
 */
function listOf(preferences) {
  const starter = preferences.version === 0;
  return {
    symbols: starter ? [...STARTER] : preferences.watchlist,
    starter,
    remarks: preferences.watchlist_remarks ?? [],
  };
}
