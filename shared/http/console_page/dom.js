/** Builds elements. External text becomes text nodes only; nothing here parses HTML. */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Returns a new element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [props] `on…` are listeners, `class`, `hidden` and the like attributes;
 *   null, undefined and false are left out.
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  setProps(node, props);
  append(node, ...children);
  return node;
}

/**
 * Returns a new SVG element.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [props]
 * @param {...Child} children
 */
export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setProps(node, props);
  append(node, ...children);
  return node;
}

/**
 * Appends children; text is appended as text.
 *
 * @param {Element | DocumentFragment} node
 * @param {...Child} children
 */
export function append(node, ...children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    node.append(typeof child === "number" ? String(child) : child);
  }
}

/**
 * Replaces the contents of a node.
 *
 * @param {Element} node
 * @param {...Child} children
 */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, ...children);
}

/**
 * Draws something again; the focus stays on the control of the same name, else in the same place.
 *
 * @param {HTMLElement} root Contains what is drawn; its controls have the attribute `data-control`.
 * @param {() => void} draw
 */
export function keepFocus(root, draw) {
  const focused = root.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  const name = focused?.dataset.control;
  draw();
  if (!focused || focused === document.activeElement) return;
  if (focused.isConnected) return focused.focus({ preventScroll: true });
  const again = name === undefined ? null : /** @type {HTMLElement | null} */ (root.querySelector(`[data-control="${CSS.escape(name)}"]`));
  if (!again) root.tabIndex = -1;
  (again ?? root).focus({ preventScroll: true });
}

/**
 * Returns a link to a page of another site, or only its text when the address is not http or https.
 *
 * @param {string | null} url
 * @param {string} text
 */
export function externalLink(url, text) {
  if (!url || !/^https?:\/\//i.test(url)) return el("span", {}, text);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
}

/**
 * Returns the element with an id of the page.
 *
 * @param {string} id
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`no element ${id}`);
  return node;
}

/**
 * Reads a short sentence to users of screen readers.
 *
 * @param {string} text
 */
export function announce(text) {
  byId("announcer").textContent = text;
}

/**
 * @param {Element} node
 * @param {Record<string, unknown>} props
 */
function setProps(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") {
      node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
}
