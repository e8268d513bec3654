/** Buttons whose second press does what cannot be undone. */

import { el } from "./dom.js";

const SECONDS = 4;

/**
 * Returns a button that asks before it acts; the question goes away by itself.
 *
 * @param {string} label
 * @param {string} question Shown after the first press.
 * @param {() => Promise<void>} act
 * @param {Record<string, unknown>} [props]
 */
export function confirmButton(label, question, act, props = {}) {
  const button = el("button", { type: "button", ...props }, label);
  const name = button.getAttribute("aria-label");
  let timer = 0;
  let acting = false;
  const reset = () => {
    timer = 0;
    button.textContent = label;
    button.classList.remove("asking");
    if (name) button.setAttribute("aria-label", name);
  };
  button.addEventListener("click", async () => {
    if (acting) return;
    if (!timer) {
      timer = setTimeout(reset, SECONDS * 1000);
      button.textContent = question;
      button.classList.add("asking");
      button.removeAttribute("aria-label");
      return;
    }
    clearTimeout(timer);
    reset();
    // Not disabled: the focus would be lost.
    acting = true;
    await act();
    acting = false;
  });
  return button;
}
