/**
 * Renders Markdown of models as a few allowed elements. Nothing is loaded: images become their text, links need a
 * click. Offsets of the source are kept, so that figures can be marked in it.
 */

import { append, el, externalLink } from "./dom.js";

/** @typedef {import("./types.js").Mark} Mark */
/** @typedef {{marks: Mark[], mark: (mark: Mark, text: string, first: boolean) => Node, cite: (id: number) => Node | null}} Decoration */
/** @typedef {{text: string, start: number}} Line */

const MAX_DEPTH = 6;
const ITEM = /^(\s*)(?:[-*+]|\d{1,3}[.)])\s+/;
// Bounded: text that only begins such spans would otherwise be searched to its end again and again.
const INLINE = /(\*\*|__)(?=\S)(.{1,2000}?)(?<=\S)\1|(?<![\w*])\*(?=\S)([^*]{1,2000}?)(?<=\S)\*(?!\*)|`([^`]{1,2000})`|!?\[([^[\]]{0,500})\]\(([^()\s]{0,2000})(?:\s{1,9}"[^"]{0,500}")?\)|\[(\d{1,3})\]/s;

/**
 * Returns the elements of a text.
 *
 * @param {string} source
 * @param {Decoration} decoration
 */
export function renderMarkdown(source, decoration) {
  const fragment = document.createDocumentFragment();
  const renderer = new Renderer(source, decoration);
  let start = 0;
  const lines = source.split("\n").map((text) => {
    const line = { text, start };
    start += text.length + 1;
    return line;
  });
  renderer.blocks(fragment, lines, 0);
  return fragment;
}

class Renderer {
  /**
   * @param {string} source
   * @param {Decoration} decoration
   */
  constructor(source, decoration) {
    this.source = source;
    this.decoration = decoration;
    this.marks = [...decoration.marks].sort((a, b) => a.start - b.start);
    /** @type {Set<Mark>} */
    this.begun = new Set();
  }

  /**
   * @param {Element | DocumentFragment} parent
   * @param {Line[]} lines
   * @param {number} depth Of nested quotations and lists.
   */
  blocks(parent, lines, depth) {
    for (let i = 0; i < lines.length; ) {
      const { text } = lines[i];
      if (!text.trim()) i += 1;
      else if (/^\s*```/.test(text)) i = this.code(parent, lines, i);
      else if (/^#{1,6}\s/.test(text)) i = this.heading(parent, lines, i);
      else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(text)) i = this.rule(parent, i);
      else if (depth < MAX_DEPTH && /^\s*>/.test(text)) i = this.quotation(parent, lines, i, depth);
      else if (/^\s*([-*+]|\d{1,3}[.)])\s+/.test(text)) i = this.list(parent, lines, i);
      else if (isTable(lines, i)) i = this.table(parent, lines, i);
      else i = this.paragraph(parent, lines, i);
    }
  }

  /**
   * @param {Element | DocumentFragment} parent
   * @param {number} i
   */
  rule(parent, i) {
    parent.append(el("hr"));
    return i + 1;
  }

  /**
   * @param {Element | DocumentFragment} parent
   * @param {Line[]} lines
   * @param {number} i
   */
  code(parent, lines, i) {
    let end = i + 1;
    while (end < lines.length && !/^\s*```/.test(lines[end].text)) end += 1;
    const node = el("code");
    lines.slice(i + 1, end).forEach(({ text, start }, n) => {
      if (n) node.append("\n");
      this.text(node, start, start + text.length);
    });
    parent.append(el("pre", { tabindex: 0 }, node));
    return end + 1;
  }

  /**
   * @param {Element | DocumentFragment} parent
   * @param {Line[]} lines
   * @param {number} i
   */
  heading(parent, lines, i) {
    const line = rest(lines[i], /^#{1,6}\s+/);
    const node = el("p", { class: "md-heading", role: "heading", "aria-level": 4 });
    this.inline(node, line.start, line.start + headingLength(line.text));
    parent.append(node);
    return i + 1;
  }

  /**
   * @param {Element | DocumentFragment} parent
   * @param {Line[]} lines
   * @param {number} i
   * @param {number} depth
   */
  quotation(parent, lines, i, depth) {
    let end = i;
    while (end < lines.length && /^\s*>/.test(lines[end].text)) end += 1;
    const node = el("blockquote");
    this.blocks(node, lines.slice(i, end).map((line) => rest(line, /^\s*>\s?/)), depth + 1);
    parent.append(node);
    return end;
  }

  /**
   * Renders a list; nested items are indented by their own class.
   *
   * @param {Element | DocumentFragment} parent
   * @param {Line[]} lines
   * @param {number} i
   */
  list(parent, lines, i) {
    const ordered = /^\s*\d/.test(lines[i].text);
    const node = el(ordered ? "ol" : "ul", { dir: "auto", start: ordered ? Number.parseInt(lines[i].text, 10) : null });
    while (i < lines.length && this.listLine(node, lines[i], ordered)) i += 1;
    parent.append(node);
    return i;
  }

  /**
   * Adds a line to a list; returns whether the line belongs to it.
   *
   * @param {Element} list
   * @param {Line} line
   * @param {boolean} ordered
   */
  listLine(list, line, ordered) {
    const item = ITEM.exec(line.text);
    if (item) {
      const otherKind = /^\s*\d/.test(line.text) !== ordered;
      if (otherKind && !item[1]) return false;
      const text = rest(line, ITEM);
      const target = el("li", { class: item[1].length > 1 ? "nested" : null });
      this.inline(target, text.start, text.start + text.text.length);
      list.append(target);
      return true;
    }
    const before = list.lastElementChild;
    if (!before || !/^\s+\S/.test(line.text)) return false;
    const text = rest(line, /^\s+/);
    before.append(" ");
    this.inline(before, text.start, text.start + text.text.length);
    return true;
  }

  /**
   * @param {Element | DocumentFragment} parent
   * @param {Line[]} lines
   * @param {number} i
   */
  table(parent, lines, i) {
    let end = i;
    while (end < lines.length && lines[end].text.includes("|")) end += 1;
    const row = (/** @type {Line} */ line, /** @type {"td" | "th"} */ tag) =>
      el(
        "tr",
        {},
        ...cells(line).map((cell) => {
          const node = el(tag);
          this.inline(node, cell.start, cell.start + cell.text.length);
          return node;
        }),
      );
    const body = lines.slice(i + 2, end).map((line) => row(line, "td"));
    const table = el("table", {}, el("thead", {}, row(lines[i], "th")), el("tbody", {}, ...body));
    parent.append(el("div", { class: "table-wrap", tabindex: 0, role: "region", "aria-label": "Table" }, table));
    return end;
  }

  /**
   * @param {Element | DocumentFragment} parent
   * @param {Line[]} lines
   * @param {number} i
   */
  paragraph(parent, lines, i) {
    const first = i;
    while (i < lines.length && lines[i].text.trim() && (i === first || !/^\s*(#{1,6}\s|>|```|[-*+]\s|\d{1,3}[.)]\s)/.test(lines[i].text))) i += 1;
    const node = el("p");
    const last = lines[i - 1];
    this.inline(node, lines[first].start, last.start + last.text.length);
    parent.append(node);
    return i;
  }

  /**
   * Renders a range of the source.
   *
   * @param {Element} parent
   * @param {number} start
   * @param {number} end
   * @param {number} [depth]
   */
  inline(parent, start, end, depth = 0) {
    for (let at = start; at < end; ) {
      const found = depth < MAX_DEPTH ? INLINE.exec(this.source.slice(at, end)) : null;
      if (!found) return this.text(parent, at, end);
      const from = at + found.index;
      const to = from + found[0].length;
      this.text(parent, at, from);
      this.span(parent, found, from, to, depth);
      at = to;
    }
  }

  /**
   * @param {Element} parent
   * @param {RegExpExecArray} found
   * @param {number} from
   * @param {number} to
   * @param {number} depth
   */
  span(parent, found, from, to, depth) {
    const [whole, strong, , emphasis, code, label, url, citation] = found;
    if (strong || emphasis !== undefined) {
      const node = el(strong ? "strong" : "em");
      const width = strong ? 2 : 1;
      this.inline(node, from + width, to - width, depth + 1);
      parent.append(node);
    } else if (code !== undefined) {
      const node = el("code");
      this.text(node, from + 1, to - 1);
      parent.append(node);
    } else if (citation !== undefined) {
      append(parent, this.decoration.cite(Number(citation)) ?? whole);
    } else if (whole.startsWith("!")) {
      this.text(parent, from + 2, from + 2 + label.length);
    } else {
      this.link(parent, from + 1, label, url);
    }
  }

  /**
   * @param {Element} parent
   * @param {number} start Of the label.
   * @param {string} label
   * @param {string} url
   */
  link(parent, start, label, url) {
    const end = start + label.length;
    if (this.marks.some((mark) => mark.start < end && mark.end > start)) {
      // A figure is a control of its own and cannot be part of a link.
      this.text(parent, start, end);
      append(parent, " (", externalLink(url, url.replace(/^https?:\/\//i, "").split("/")[0]), ")");
    } else {
      parent.append(externalLink(url, label || url));
    }
  }

  /**
   * Appends text, with the figures in it marked.
   *
   * @param {Element} parent
   * @param {number} start
   * @param {number} end
   */
  text(parent, start, end) {
    let at = start;
    for (const mark of this.marks) {
      const from = Math.max(mark.start, at);
      const to = Math.min(mark.end, end);
      if (from >= to) continue;
      append(parent, this.source.slice(at, from));
      append(parent, this.decoration.mark(mark, this.source.slice(from, to), !this.begun.has(mark)));
      this.begun.add(mark);
      at = to;
    }
    append(parent, this.source.slice(at, end));
  }
}

/**
 * Returns a line without its beginning.
 *
 * @param {Line} line
 * @param {RegExp} beginning
 * @returns {Line}
 */
function rest(line, beginning) {
  const length = beginning.exec(line.text)?.[0].length ?? 0;
  return { text: line.text.slice(length), start: line.start + length };
}

/**
 * Returns the length of a heading without the signs that close it, which follow a blank.
 *
 * @param {string} text
 */
function headingLength(text) {
  const whole = text.trimEnd();
  let end = whole.length;
  while (end > 0 && whole[end - 1] === "#") end -= 1;
  const closed = end === 0 || /\s/.test(whole[end - 1]);
  return closed ? whole.slice(0, end).trimEnd().length : whole.length;
}

/**
 * @param {Line[]} lines
 * @param {number} i
 */
function isTable(lines, i) {
  const rule = lines[i + 1]?.text ?? "";
  return lines[i].text.includes("|") && rule.includes("-") && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(rule);
}

/**
 * @param {Line} line
 * @returns {Line[]}
 */
function cells(line) {
  let { start } = line;
  const parts = line.text.split("|").map((text) => {
    const part = { text, start };
    start += text.length + 1;
    return part;
  });
  if (!parts[0].text.trim()) parts.shift();
  if (parts.length && !parts[parts.length - 1].text.trim()) parts.pop();
  return parts.map((part) => {
    const trimmed = rest(part, /^\s*/);
    return { text: trimmed.text.trimEnd(), start: trimmed.start };
  });
}
