/** Small charts as SVG: sparklines, bars and lines of a few values. */

import { el, svg } from "./dom.js";
import { decimal } from "./format.js";

/**
 * Returns a line of values; the first value is drawn as a reference.
 *
 * @param {number[]} values
 * @param {{width?: number, height?: number, label: string}} options
 */
export function sparkline(values, options) {
  const { width = 120, height = 36 } = options;
  if (values.length < 2) return svg("svg", { width, height, "aria-hidden": "true" });
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const x = (/** @type {number} */ i) => (i / (values.length - 1)) * width;
  const y = (/** @type {number} */ value) => height - 3 - ((value - low) / span) * (height - 6);
  const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
  const rising = values[values.length - 1] >= values[0];
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height, class: `spark ${rising ? "up" : "down"}`, role: "img", "aria-label": options.label, preserveAspectRatio: "none" },
    svg("path", { class: "spark-area", d: `M0,${height} L${points.join(" L")} L${width},${height} Z` }),
    svg("line", { class: "spark-base", x1: 0, x2: width, y1: y(values[0]), y2: y(values[0]) }),
    svg("polyline", { class: "spark-line", points: points.join(" ") }),
  );
}

/**
 * Returns bars with a caption each; negative values are below the line.
 *
 * @param {{label: string, value: number | null, text: string}[]} bars Oldest first.
 * @param {string} label
 */
export function barChart(bars, label) {
  const [width, height, caption] = [Math.max(bars.length * 84, 200), 150, 36];
  const values = bars.map(({ value }) => value ?? 0);
  const top = Math.max(0, ...values);
  const span = top - Math.min(0, ...values) || 1;
  const scale = (height - caption - 16) / span;
  const zero = 16 + top * scale;
  const step = width / bars.length;
  const parts = bars.flatMap(({ label: name, value, text }, i) => {
    const size = Math.abs(value ?? 0) * scale;
    const y = (value ?? 0) >= 0 ? zero - size : zero;
    const middle = i * step + step / 2;
    return [
      svg("rect", { class: (value ?? 0) >= 0 ? "column" : "column negative", x: middle - 22, y, width: 44, height: Math.max(size, 1), rx: 3 }),
      svg("text", { class: "bar-value", x: middle, y: y - 4, "text-anchor": "middle" }, text),
      svg("text", { class: "bar-name", x: middle, y: height - 8, "text-anchor": "middle" }, name),
    ];
  });
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "bars", role: "img", "aria-label": label },
    svg("line", { class: "bar-axis", x1: 0, x2: width, y1: zero, y2: zero }),
    ...parts,
  );
}

/**
 * Returns lines over time, with the highest, the middle and the lowest value of the scale beside them.
 *
 * @param {{name: string, values: (number | null)[]}[]} series At most six, with one value at least.
 * @param {string} label
 */
export function lineChart(series, label) {
  const [width, height] = [640, 200];
  const known = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const y = (/** @type {number} */ value) => height - 12 - ((value - low) / span) * (height - 24);
  const lines = series.map(({ values }, index) => {
    const step = width / Math.max(values.length - 1, 1);
    let path = "";
    let pen = "M";
    values.forEach((value, i) => {
      if (value === null) pen = "M";
      else {
        path += `${pen}${(i * step).toFixed(1)},${y(value).toFixed(1)}`;
        pen = "L";
      }
    });
    return svg("path", { class: `line line-${index % 6}`, d: path });
  });
  const levels = [low + span, low + span / 2, low];
  const grid = levels.map((value) => svg("line", { class: "grid-line", x1: 0, x2: width, y1: y(value), y2: y(value) }));
  const text = `${label}, between ${decimal(low)} and ${decimal(low + span)}`;
  return el(
    "div",
    { class: "lines-box" },
    svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "lines", role: "img", "aria-label": text, preserveAspectRatio: "none" }, ...grid, ...lines),
    el("div", { class: "lines-scale", "aria-hidden": "true" }, ...levels.map((value) => el("span", {}, decimal(value)))),
  );
}
