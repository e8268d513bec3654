/** The chat: conversations, streaming answers with checked figures, sources, tools. */

import { getJson, Problem, send } from "./api.js";
import { confirmButton } from "./confirm.js";
import { announce, el, fill } from "./dom.js";
import { checkedText, figuresSummary, sourceList } from "./figures.js";
import { time, words } from "./format.js";
import { createPanel, problemView } from "./panel.js";
import { currentRoute, go, href } from "./router.js";
import { read, write } from "./storage.js";
import { AnswerStream, unfinished } from "./stream.js";

/** @typedef {import("./types.js").View} View */
/** @typedef {import("./types.js").Source} Source */
/** @typedef {import("./types.js").Mark} Mark */
/** @typedef {import("./types.js").Figures} Figures */

const MAX_LENGTH = 4000;
const EXAMPLES = ["How is Apple doing?", "Compare Microsoft and Nvidia", "Is the S&P 500 overbought?"];

/** @param {View} view */
export async function chatPage(view) {
  const page = new ChatPage(view);
  await page.start();
}

class ChatPage {
  /** @param {View} view */
  constructor({ root, route, signal }) {
    this.signal = signal;
    /** @type {string | null} */
    this.conversation = route.args[0] ?? null;
    /** @type {AnswerStream | null} */
    this.stream = null;
    this.stopped = false;
    this.list = createPanel("Conversations", { id: "conversations", class: "conversations" });
    this.panel = createPanel("Chat", { id: "chat", level: 1, class: "chat" });
    this.log = el("div", { class: "chat-log", role: "log", "aria-label": "Conversation", tabindex: 0 });
    this.input = el("textarea", {
      id: "question", rows: 2, maxlength: MAX_LENGTH, placeholder: "Ask about a company, an index, a currency …", "aria-label": "Question",
    });
    this.input.value = route.query.get("ask") ?? read("session", "draft") ?? "";
    this.sendButton = el("button", { type: "submit", class: "primary" }, "Send");
    this.stopButton = el("button", { type: "button", hidden: true, onclick: () => void this.stop() }, "Stop");
    this.state = el("p", { class: "chat-state", role: "status" });
    const form = el("form", { class: "ask" }, this.input, el("div", { class: "row end" }, this.state, this.stopButton, this.sendButton));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask(this.input.value.trim());
    });
    this.input.addEventListener("input", () => write("session", "draft", this.input.value || null));
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.panel.actions.append(el("a", { class: "button", href: "#/chat" }, "New conversation"));
    fill(this.panel.body, this.log, form);
    this.panel.setRequest("chat/stream", { method: "POST", body: { message: EXAMPLES[0] }, headers: { Accept: "text/event-stream" } });
    root.append(el("div", { class: "grid chat-grid" }, this.list.root, this.panel.root));
    signal.addEventListener("abort", () => this.stream?.leave());
  }

  async start() {
    void this.loadList();
    if (!this.conversation) this.drawWelcome();
    else await this.loadConversation(this.conversation);
    const stored = unfinished();
    if (stored && stored.conversationId === this.conversation && !this.signal.aborted) await this.resume(stored);
  }

  drawWelcome() {
    const examples = EXAMPLES.map((text) => el("button", { type: "button", onclick: () => void this.ask(text) }, text));
    fill(
      this.log,
      el(
        "div",
        { class: "empty" },
        el("p", {}, "Answers come from current data. Every figure is checked against its source and marked:"),
        el(
          "p",
          { class: "key" },
          el("span", { class: "figure supported" }, "supported"), " ",
          el("span", { class: "figure unsupported" }, "unsupported"), " ",
          el("span", { class: "figure misattributed" }, "misattributed"),
        ),
        el("div", { class: "row" }, ...examples),
      ),
    );
  }

  async loadList() {
    this.list.setRequest("conversations");
    if (!this.list.body.childElementCount) this.list.loading();
    try {
      const { conversations } = await getJson("conversations", this.signal);
      this.list.root.removeAttribute("aria-busy");
      if (!conversations.length) return this.list.empty("No conversations yet.");
      fill(this.list.body, el("ul", {}, ...conversations.map((/** @type {any} */ one) => this.conversationItem(one))));
    } catch (error) {
      if (!this.signal.aborted) this.list.error(error, () => void this.loadList());
    }
  }

  /** @param {{conversation_id: string, title: string | null, updated_at: string}} entry */
  conversationItem(entry) {
    const current = entry.conversation_id === this.conversation;
    const title = entry.title ?? "Untitled";
    const link = el("a", { href: href(["chat", entry.conversation_id]), "aria-current": current ? "true" : null }, el("span", {}, title), el("small", {}, time(entry.updated_at)));
    const item = el("li", {});
    const remove = async () => {
      await this.change(entry.conversation_id, { method: "DELETE" });
      if (current) go("#/chat");
    };
    const rename = () => fill(item, this.renameForm(entry.conversation_id, title));
    fill(
      item,
      link,
      el("button", { type: "button", class: "icon", "aria-label": `Rename ${title}`, onclick: rename }, "✎"),
      confirmButton("×", "Delete?", remove, { class: "icon", "aria-label": `Delete ${title}` }),
    );
    return item;
  }

  /**
   * @param {string} id
   * @param {string} title
   */
  renameForm(id, title) {
    const input = el("input", { type: "text", value: title, maxlength: 200, "aria-label": "New title" });
    const form = el("form", { class: "row" }, input, el("button", { type: "submit" }, "Save"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = input.value.trim();
      if (name) void this.change(id, { method: "PATCH", body: { title: name } });
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") void this.loadList();
    });
    queueMicrotask(() => input.select());
    return form;
  }

  /**
   * @param {string} id
   * @param {import("./api.js").Options} options
   */
  async change(id, options) {
    try {
      await send(`conversations/${encodeURIComponent(id)}`, options);
      await this.loadList();
    } catch (error) {
      this.list.error(error, () => void this.loadList());
    }
  }

  /** @param {string} id */
  async loadConversation(id) {
    fill(this.log, el("div", { class: "skeleton" }));
    try {
      const { messages } = await getJson(`conversations/${encodeURIComponent(id)}`, this.signal);
      this.log.replaceChildren();
      for (const message of messages) this.drawStored(message);
      this.scroll();
    } catch (error) {
      if (!this.signal.aborted) fill(this.log, problemView(error, () => void this.loadConversation(id)));
    }
  }

  /** @param {any} message */
  drawStored(message) {
    if (message.role === "user") return void this.drawQuestion(message.content);
    const answer = new AnswerView(this.log);
    answer.text = message.content;
    answer.sources = message.sources ?? [];
    if (message.figures) answer.setFigures(message.figures);
    answer.finish();
    if (message.interrupted) answer.note("This answer was interrupted.", "warn");
  }

  /** @param {string} text */
  drawQuestion(text) {
    this.log.querySelector(".empty")?.remove();
    this.log.append(el("div", { class: "question" }, el("p", {}, text)));
  }

  /** @param {string} message */
  async ask(message) {
    if (!message || this.stream) return;
    this.drawQuestion(message);
    this.input.value = "";
    write("session", "draft", null);
    const body = { message, conversation_id: this.conversation };
    this.panel.setRequest("chat/stream", { method: "POST", body, headers: { Accept: "text/event-stream" } });
    await this.run((stream) => stream.ask(body), message);
  }

  /** @param {{streamId: string, question: string}} stored */
  async resume(stored) {
    const questions = [...this.log.querySelectorAll(".question")];
    if (questions.at(-1)?.textContent !== stored.question) this.drawQuestion(stored.question);
    await this.run((stream) => stream.resume(stored), stored.question);
  }

  /**
   * @param {(stream: AnswerStream) => Promise<void>} begin
   * @param {string} question Returned to the field when the answer did not begin.
   */
  async run(begin, question) {
    const answer = new AnswerView(this.log);
    const stream = new AnswerStream({
      onFrame: (frame) => this.onFrame(answer, frame),
      onReconnect: () => this.setState("Reconnecting …"),
    });
    this.stream = stream;
    this.sendButton.disabled = true;
    this.stopButton.hidden = false;
    this.setState("Thinking …");
    this.scroll();
    try {
      this.stopped = false;
      await begin(stream);
      if (!this.stopped && !this.signal.aborted) announce("Answer complete");
    } catch (error) {
      if (this.signal.aborted || stream.done) return;
      answer.problem(error, () => void this.retry(answer, question));
      if (!answer.text && error instanceof Problem) this.input.value ||= question;
    } finally {
      if (this.stopped) answer.note("Stopped. The text so far is kept.", "warn");
      this.stream = null;
      this.sendButton.disabled = false;
      this.stopButton.hidden = true;
      this.setState("");
      answer.finish();
      if (!this.signal.aborted) {
        this.scroll();
        void this.loadList();
      }
    }
  }

  /**
   * @param {AnswerView} answer
   * @param {string} question
   */
  async retry(answer, question) {
    answer.root.previousElementSibling?.remove();
    answer.root.remove();
    await this.ask(question);
  }

  /**
   * @param {AnswerView} answer
   * @param {any} frame
   */
  onFrame(answer, frame) {
    if (frame.event === "meta") this.adopt(frame.conversation_id);
    if (frame.chunk !== undefined) this.setState("Writing …");
    const near = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    answer.onFrame(frame);
    if (near) this.scroll();
  }

  /** @param {string} id The address follows the conversation, without drawing the page again. */
  adopt(id) {
    if (this.conversation === id || this.signal.aborted) return;
    this.conversation = id;
    if (currentRoute().page === "chat") history.replaceState(null, "", href(["chat", id]));
  }

  async stop() {
    this.stopped = true;
    await this.stream?.stop();
    announce("Stopped");
  }

  /** @param {string} text */
  setState(text) {
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  scroll() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

let answers = 0;

/** One answer with its sources, tools and figures. */
class AnswerView {
  /** @param {HTMLElement} log */
  constructor(log) {
    answers += 1;
    this.prefix = `source-${answers}`;
    this.text = "";
    /** @type {Source[]} */
    this.sources = [];
    /** @type {Mark[]} */
    this.marks = [];
    this.frame = 0;
    this.tools = el("ul", { class: "tools-used" });
    this.content = el("div", { class: "answer-text" });
    this.notes = el("div", { class: "answer-notes" });
    this.aside = el("aside", { class: "answer-sources", "aria-label": "Sources" });
    this.root = el("div", { class: "answer running" }, el("div", { class: "answer-main" }, this.tools, this.content, this.notes), this.aside);
    log.append(this.root);
  }

  /** @param {any} frame */
  onFrame(frame) {
    if (frame.chunk !== undefined) this.text += frame.chunk;
    else if (frame.event === "sources") this.addSources(frame.sources);
    else if (frame.event === "tool") this.drawTool(frame);
    else if (frame.event === "figure") this.marks.push(frame);
    else if (frame.event === "done") this.complete(frame);
    else if (frame.event === "error") {
      this.problem(new Problem({ status: 0, title: "The answer was interrupted", detail: frame.error, code: frame.code, requestId: frame.request_id }));
    }
    // Once per painted frame, not once per word.
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  /** @param {Source[]} sources */
  addSources(sources) {
    const known = new Set(this.sources.map(({ id }) => id));
    this.sources.push(...sources.filter(({ id }) => !known.has(id)));
  }

  /** @param {any} frame */
  drawTool(frame) {
    const label = `${words(frame.name)} ${Object.values(frame.arguments ?? {}).map(String).join(", ")}`;
    const old = [...this.tools.children].find((item) => item.getAttribute("data-label") === label && item.classList.contains("started"));
    const state = { started: "running", finished: `${frame.duration_ms} ms`, failed: "failed" }[/** @type {string} */ (frame.status)] ?? "";
    const item = el("li", { class: frame.status, "data-label": label }, label, " ", el("small", {}, state));
    if (old) old.replaceWith(item);
    else this.tools.append(item);
  }

  /** @param {Figures} figures */
  setFigures(figures) {
    this.marks = figures.marks ?? [];
    this.notes.append(figuresSummary(figures));
  }

  /** @param {any} frame */
  complete(frame) {
    this.setFigures(frame.figures);
    const model = `${words(frame.provider)} ${frame.model}`;
    const why = frame.fallback ? ` instead of the preferred model: ${frame.fallback_reason ?? "not available"}` : "";
    this.note(`${model}${why}`, "muted");
    if (frame.memory) this.note("The conversation could not be stored.", "warn");
    if (frame.disclaimer) this.note(frame.disclaimer, "muted");
  }

  draw() {
    this.frame = 0;
    fill(this.content, checkedText(this.text, this.marks, this.sources, this.prefix));
    if (this.sources.length) fill(this.aside, el("p", { class: "aside-title" }, "Sources"), sourceList(this.sources, this.prefix));
  }

  /**
   * @param {unknown} error
   * @param {() => void} [retry]
   */
  problem(error, retry) {
    this.notes.append(problemView(error, retry));
  }

  /**
   * @param {string} text
   * @param {string} kind
   */
  note(text, kind) {
    this.notes.append(el("p", { class: kind === "warn" ? "notice warn" : "note muted" }, text));
  }

  finish() {
    cancelAnimationFrame(this.frame);
    this.draw();
    this.root.classList.remove("running");
  }
}
