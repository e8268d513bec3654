/** Every state of the console is an address: `#/page/argument?name=value`. */

/** @typedef {import("./types.js").Route} Route */

/** @returns {Route} */
export function currentRoute() {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
  const [page = "", ...args] = path.split("/").filter(Boolean).map(decode);
  return { page: page || "watchlist", args, query: new URLSearchParams(query) };
}

/**
 * Returns the address of a state.
 *
 * @param {string[]} path
 * @param {Record<string, string | null> | URLSearchParams} [query] Null leaves a parameter out.
 */
export function href(path, query = {}) {
  const entries = query instanceof URLSearchParams ? [...query] : Object.entries(query);
  const given = entries.filter(([, value]) => value !== null && value !== "");
  const text = new URLSearchParams(/** @type {string[][]} */ (given)).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

/**
 * Changes parameters of the current state without drawing the page again.
 *
 * @param {Record<string, string | null>} changes
 */
export function setQuery(changes) {
  const { page, args, query } = currentRoute();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const address = href([page, ...args], query);
  // An entry of the history for each state: the back button returns to it.
  if (address !== location.hash) history.pushState(null, "", address);
}

/** @param {string} address */
export function go(address) {
  location.hash = address;
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
