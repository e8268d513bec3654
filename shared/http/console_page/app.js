/** Starts the console: pages by address, theme, access key, search. */

import { accessKey, setAccessKey } from "./api.js";
import { announce, append, byId, el, fill, svg } from "./dom.js";
import { DOCS, words } from "./format.js";
import { currentRoute, go, href } from "./router.js";
import { symbolField } from "./search.js";
import { read, write } from "./storage.js";

/** @typedef {import("./types.js").View} View */
/** @typedef {import("./types.js").Route} Route */

/** @type {Record<string, (view: View) => Promise<void>>} Each page is loaded when it is first opened. */
const PAGES = {
  watchlist: async (view) => (await import("./page-watchlist.js")).watchlistPage(view),
  symbol: async (view) => (await import("./page-symbol.js")).symbolPage(view),
  chat: async (view) => (await import("./page-chat.js")).chatPage(view),
  reports: async (view) => {
    const { reportPage, reportsPage } = await import("./page-reports.js");
    await (view.route.args[0] ? reportPage(view) : reportsPage(view));
  },
  status: async (view) => (await import("./page-status.js")).statusPage(view),
};

let leaving = new AbortController();

function show() {
  leaving.abort();
  leaving = new AbortController();
  const route = currentRoute();
  const draw = Object.hasOwn(PAGES, route.page) ? PAGES[route.page] : undefined;
  for (const link of document.querySelectorAll("[data-page]")) {
    const current = /** @type {HTMLElement} */ (link).dataset.page === route.page;
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${route.args[0] && route.page === "symbol" ? route.args[0] : words(route.page)} · Stock research`;
  const root = el("div", { class: `page page-${route.page}` });
  fill(byId("main"), root);
  const { signal } = leaving;
  if (draw) draw({ root, route, signal }).catch((error) => signal.aborted || drawFailure(root, error));
  else drawNotFound(root);
}

/** @param {HTMLElement} root */
function drawNotFound(root) {
  document.title = "Not found · Stock research";
  append(root, el("h1", {}, "Not found"), el("p", {}, "There is no such page. ", el("a", { href: "#/watchlist" }, "Watchlist")));
}

/**
 * Says that a page could not be loaded, as after a deployment: the files of this version are gone.
 *
 * @param {HTMLElement} root
 * @param {unknown} error
 */
function drawFailure(root, error) {
  console.error(error);
  const reload = el("button", { type: "button", onclick: () => location.reload() }, "Reload");
  const reason = navigator.onLine ? "There may be a new version." : "This device is offline.";
  fill(root, el("div", { class: "problem", role: "alert" }, el("p", {}, `This page could not be loaded. ${reason}`), reload));
}

/** Draws another page; a change of the same page's state keeps the scroll position. */
function onNavigation() {
  const before = location.hash.split("?")[0];
  const same = before === shownPath;
  shownPath = before;
  show();
  if (!same) {
    scrollTo(0, 0);
    byId("main").focus({ preventScroll: true });
  }
}

let shownPath = location.hash.split("?")[0];

function startTheme() {
  const button = byId("theme");
  const apply = () => {
    const theme = read("local", "theme");
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    button.setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
    fill(button, themeIcon(dark));
    document.dispatchEvent(new CustomEvent("console:theme"));
    return dark;
  };
  button.addEventListener("click", () => {
    const dark = apply();
    write("local", "theme", dark ? "light" : "dark");
    apply();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  apply();
}

/** @param {boolean} dark */
function themeIcon(dark) {
  const shape = dark
    ? [svg("circle", { cx: 12, cy: 12, r: 4 }), svg("path", { d: "M12 3v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4" })]
    : [svg("path", { d: "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z" })];
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: 18, height: 18, fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" },
    ...shape,
  );
}

function openKeyDialog() {
  const input = el("input", { type: "password", id: "key", autocomplete: "off", spellcheck: "false", value: accessKey() ?? "" });
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": "key-title" });
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    setAccessKey(input.value.trim());
    dialog.close();
    show();
  };
  const signIn =
    document.documentElement.dataset.easyAuth === "true"
      ? el("p", {}, el("a", { href: `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(location.pathname)}` }, "Sign in"))
      : null;
  append(
    dialog,
    el(
      "form",
      { onsubmit: save },
      el("h2", { id: "key-title" }, "Access key"),
      el("p", {}, "A function key of the app. It stays in this tab and is sent as a header, never in an address. The local host needs none."),
      el("label", { for: "key" }, "Key"),
      input,
      signIn,
      el(
        "div",
        { class: "row end" },
        el("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
        el("button", { type: "submit", class: "primary" }, "Use key"),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function startShortcuts() {
  const { root, input } = symbolField({
    label: "Search symbols",
    placeholder: "Search symbols or companies",
    shortcut: "/",
    onPick: (symbol) => go(href(["symbol", symbol])),
  });
  byId("search").append(root);
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.matches("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

function startOffline() {
  const note = byId("offline");
  const update = () => {
    note.hidden = navigator.onLine;
    if (!navigator.onLine) announce("This device is offline");
  };
  addEventListener("offline", update);
  addEventListener("online", update);
  update();
}

for (const link of document.querySelectorAll("a[data-docs]")) link.setAttribute("href", DOCS);
startTheme();
startShortcuts();
startOffline();
byId("account").addEventListener("click", openKeyDialog);
byId("skip").addEventListener("click", (event) => {
  // Addresses after "#" are those of pages.
  event.preventDefault();
  byId("main").focus();
});
document.addEventListener("console:key", openKeyDialog);
addEventListener("popstate", onNavigation);
show();
