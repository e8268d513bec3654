/** Requests to the API: access key, user, ETags, problem responses. */

import { read, write } from "./storage.js";

/** Address of the API: this file is `<api>/console/assets/<version>/api.js`. */
export const API = new URL("../../../", import.meta.url).href;

const MAX_CACHED = 200;

/** @type {Map<string, {etag: string, data: any}>} Responses by path, for If-None-Match. */
const cached = new Map();

/** A problem response (RFC 9457), or a request that got no response. */
export class Problem extends Error {
  /**
   * @param {{status: number, title: string, detail: string, code?: string, requestId?: string | null,
   *   retryAfter?: number | null, fields?: {field: string, message: string}[]}} parts
   */
  constructor(parts) {
    super(parts.detail);
    this.status = parts.status;
    this.title = parts.title;
    this.code = parts.code ?? "";
    this.requestId = parts.requestId ?? null;
    this.retryAfter = parts.retryAfter ?? null;
    this.fields = parts.fields ?? [];
  }
}

/** Returns the access key; it lasts as long as the tab and is never part of a URL. */
export function accessKey() {
  return read("session", "key");
}

/** @param {string | null} key */
export function setAccessKey(key) {
  write("session", "key", key || null);
  cached.clear();
}

/** Returns `me`, which is the signed-in principal, with Easy Auth; else a random id of this browser. */
export function userId() {
  return document.documentElement.dataset.easyAuth === "true" ? "me" : browserUser();
}

function browserUser() {
  let id = read("local", "user");
  if (!id) {
    id = `browser-${crypto.randomUUID()}`;
    write("local", "user", id);
  }
  return id;
}

/**
 * @typedef {{method?: string, body?: unknown, headers?: Record<string, string>, signal?: AbortSignal,
 *   expected?: number[]}} Options `expected` are statuses of errors whose body is still an answer.
 */

/**
 * Sends a request; returns a successful response (also 304).
 *
 * @param {string} path Path below the API, such as `quotes/AAPL`.
 * @param {Options} [options] `body` is sent as JSON.
 * @throws {Problem}
 */
export async function send(path, options = {}) {
  const headers = headersOf(options);
  let response;
  try {
    response = await fetch(API + path, {
      method: options.method ?? "GET",
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem({
      status: 0,
      title: "No connection",
      detail: "The service cannot be reached. Check the connection, then try again.",
    });
  }
  const expected = options.expected?.includes(response.status) && !isProblem(response);
  if (response.ok || response.status === 304 || expected) return response;
  throw await problemOf(response);
}

/** @param {Options} options */
function headersOf(options) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", "X-User-ID": userId(), ...options.headers };
  const key = accessKey();
  if (key) headers["x-functions-key"] = key;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  return headers;
}

/**
 * Returns the JSON of a resource; sends the ETag of the copy that the console has.
 *
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function getJson(path, signal) {
  const copy = cached.get(path);
  const response = await send(path, { signal, headers: copy ? { "If-None-Match": copy.etag } : {} });
  if (response.status === 304 && copy) return copy.data;
  const data = await response.json();
  const etag = response.headers.get("ETag");
  cached.delete(path);
  if (etag) cached.set(path, { etag, data });
  if (cached.size > MAX_CACHED) cached.delete(/** @type {string} */ (cached.keys().next().value));
  return data;
}

/**
 * Returns a curl command for a request; the key is a variable of the shell.
 *
 * @param {string} path
 * @param {Options} [options]
 */
export function curl(path, options = {}) {
  const parts = ["curl"];
  if (options.method && options.method !== "GET") parts.push("-X", options.method);
  parts.push(quote(API + path), "-H", '"x-functions-key: $FUNCTIONS_KEY"');
  parts.push("-H", quote(`X-User-ID: ${userId()}`));
  for (const [name, value] of Object.entries(options.headers ?? {})) parts.push("-H", quote(`${name}: ${value}`));
  if (options.body !== undefined) {
    parts.push("-H", quote("Content-Type: application/json"), "-d", quote(JSON.stringify(options.body)));
  }
  return parts.join(" ");
}

/** @param {string} text */
function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {Response} response */
function isProblem(response) {
  return response.headers.get("Content-Type")?.startsWith("application/problem+json") ?? false;
}

/** @param {Response} response */
async function problemOf(response) {
  /** @type {any} */
  let body = {};
  try {
    body = await response.json();
  } catch {
    // The platform answers 401 and 403 without a body.
  }
  const retryAfter = Number(response.headers.get("Retry-After"));
  const parts = {
    status: response.status,
    title: body.title ?? `Status ${response.status}`,
    detail: body.detail ?? `The service answered with status ${response.status}.`,
    code: body.code,
    requestId: body.request_id ?? response.headers.get("X-Request-ID"),
    retryAfter: retryAfter > 0 ? retryAfter : null,
    fields: body.errors,
  };
  if (response.status === 401) {
    parts.title = "Access key needed";
    parts.detail = accessKey()
      ? "The service refused the access key. Enter another one."
      : "The service needs an access key or sign-in.";
  }
  return new Problem(parts);
}
