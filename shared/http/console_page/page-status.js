/** The state of the service: readiness, sources, models, last refresh. */

import { send } from "./api.js";
import { el, fill, keepFocus } from "./dom.js";
import { decimal, time, whole, words } from "./format.js";
import { createPanel, fillPanel } from "./panel.js";
import { poll } from "./poll.js";

/** @typedef {import("./types.js").View} View */

const REFRESH_SECONDS = 30;

/** @param {View} view */
export function statusPage({ root, signal }) {
  const ready = createPanel("Readiness", { id: "readiness" });
  const sources = createPanel("Market data sources", { id: "sources" });
  const models = createPanel("Models", { id: "models" });
  const config = createPanel("Configuration", { id: "config" });
  root.append(el("h1", {}, "Status"), el("div", { class: "grid two" }, ready.root, sources.root, models.root, config.root));
  const readiness = () => drawReadiness(ready, sources, signal);
  ready.loading();
  sources.loading();
  void readiness();
  poll(readiness, REFRESH_SECONDS, signal);
  void fillPanel(models, "models", signal, (data) => drawModels(models.body, data));
  void fillPanel(config, "config", signal, (data) => drawConfig(config.body, data));
}

/**
 * @param {import("./panel.js").Panel} ready
 * @param {import("./panel.js").Panel} sources
 * @param {AbortSignal} signal
 */
async function drawReadiness(ready, sources, signal) {
  ready.setRequest("health/ready");
  sources.setRequest("health/ready");
  try {
    // An unhealthy service says so with status 503.
    const data = await (await send("health/ready", { signal, expected: [503] })).json();
    for (const panel of [ready, sources]) panel.root.removeAttribute("aria-busy");
    const checked = el("p", { class: "hint" }, `Checked ${time(new Date().toISOString())}`);
    keepFocus(ready.body, () => fill(ready.body, checksTable(data), checked));
    keepFocus(sources.body, () => fill(sources.body, sourcesTable(data.checks.market_data)));
  } catch (error) {
    if (signal.aborted) return;
    const retry = () => void drawReadiness(ready, sources, signal);
    ready.error(error, retry);
    sources.error(error, retry);
  }
}

/** @param {any} data */
function checksTable(data) {
  const rows = Object.entries(data.checks).map(([name, check]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, words(name)),
      el("td", {}, badge(check.status)),
      el("td", { class: "num" }, `${decimal(check.latency_ms, 1)} ms`),
      el("td", {}, check.detail ?? ""),
    ),
  );
  return el("div", {}, el("p", {}, "The service is ", badge(data.status)), table("Checks", ["Check", "State", "Latency", "Detail"], rows));
}

/** @param {{detail: string | null} | undefined} check */
function sourcesTable(check) {
  const rows = (check?.detail ?? "").split("; ").filter(Boolean).map((part) => {
    const [name, ...rest] = part.split(": ");
    const state = rest.join(": ");
    return el("tr", {}, el("th", { scope: "row" }, words(name)), el("td", {}, badge(state === "ok" ? "healthy" : "unavailable")), el("td", {}, state));
  });
  return rows.length ? table("Sources", ["Source", "State", "Detail"], rows) : el("p", {}, "No source is configured.");
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 */
function drawModels(body, data) {
  const rows = data.providers.map((/** @type {any} */ provider) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, words(provider.provider), " ", provider.default ? el("span", { class: "badge" }, "Default") : null),
      el("td", {}, badge(provider.configured ? "configured" : "not configured")),
      el("td", {}, provider.model ?? ""),
      el("td", {}, provider.capabilities.map(words).join(", ")),
    ),
  );
  fill(
    body,
    table("Model providers", ["Provider", "State", "Model", "Capabilities"], rows),
    el("p", { class: "hint" }, `Fallback order: ${data.fallback_order.map(words).join(", ")}`),
  );
}

/**
 * @param {HTMLElement} body
 * @param {any} data
 */
function drawConfig(body, data) {
  /** @type {[string, string][]} */
  const entries = [
    ["Environment", data.environment],
    ["Version", data.version],
    ["Sources in order", data.market_data_sources.join(", ")],
    ...Object.entries(data.features).map(([name, on]) => /** @type {[string, string]} */ ([words(name), on ? "On" : "Off"])),
    ...Object.entries(data.limits).map(([name, value]) => /** @type {[string, string]} */ ([words(name), whole(Number(value))])),
  ];
  fill(body, el("dl", { class: "facts" }, ...entries.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
}

/** @param {string} state */
function badge(state) {
  const kind = { healthy: "good", configured: "good", degraded: "warn", unhealthy: "bad", unavailable: "warn" }[state] ?? "";
  return el("span", { class: `badge ${kind}` }, words(state));
}

/**
 * @param {string} caption
 * @param {string[]} head
 * @param {HTMLElement[]} rows
 */
function table(caption, head, rows) {
  const cells = head.map((name) => el("th", { scope: "col", class: name === "Latency" ? "num" : null }, name));
  return el(
    "div",
    { class: "table-wrap", tabindex: 0, role: "region", "aria-label": caption, "data-control": "table" },
    el("table", {}, el("thead", {}, el("tr", {}, ...cells)), el("tbody", {}, ...rows)),
  );
}
