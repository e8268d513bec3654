/** Values of this browser. Storage may be switched off: then they last as long as the page. */

/** @type {Map<string, string>} */
const fallback = new Map();

/**
 * @param {"local" | "session"} kind
 * @returns {Storage | null}
 */
function area(kind) {
  try {
    return kind === "local" ? localStorage : sessionStorage;
  } catch {
    return null;
  }
}

/**
 * Returns a stored value, or null.
 *
 * @param {"local" | "session"} kind
 * @param {string} name
 */
export function read(kind, name) {
  return area(kind)?.getItem(`console.${name}`) ?? fallback.get(name) ?? null;
}

/**
 * Stores a value; null removes it.
 *
 * @param {"local" | "session"} kind
 * @param {string} name
 * @param {string | null} value
 */
export function write(kind, name, value) {
  const key = `console.${name}`;
  try {
    if (value === null) area(kind)?.removeItem(key);
    else area(kind)?.setItem(key, value);
  } catch {
    // A full or forbidden storage: the value lasts as long as the page.
  }
  if (value === null) fallback.delete(name);
  else fallback.set(name, value);
}
