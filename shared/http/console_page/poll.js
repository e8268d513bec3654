/** Repeats a request while the page is visible. Nothing is kept open between two requests. */

/**
 * Calls a function at an interval until the signal aborts; pauses while the tab is hidden or the device is
 * offline, and goes on at once afterwards.
 *
 * @param {() => Promise<void>} task Must handle its own errors.
 * @param {number} seconds
 * @param {AbortSignal} signal
 */
export function poll(task, seconds, signal) {
  let timer = 0;
  const next = () => {
    clearTimeout(timer);
    if (!signal.aborted && !document.hidden) timer = setTimeout(run, seconds * 1000);
  };
  const run = async () => {
    if (navigator.onLine) await task();
    next();
  };
  const goOn = () => {
    clearTimeout(timer);
    if (!document.hidden) void run();
  };
  document.addEventListener("visibilitychange", goOn, { signal });
  addEventListener("online", goOn, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  next();
}

/**
 * Calls a function once the element comes near the visible part of the page.
 *
 * @param {Element} node
 * @param {() => void} task
 * @param {AbortSignal} signal
 */
export function whenVisible(node, task, signal) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      task();
    },
    { rootMargin: "400px" },
  );
  observer.observe(node);
  signal.addEventListener("abort", () => observer.disconnect());
}
