/** The chat: conversations, streaming answers with checked figures, sources, tools. */

import { AnswerView, views } from "./answer.js";
import { getJson, Problem, send } from "./api.js";
import { confirmButton } from "./confirm.js";
import { announce, el, fill, keepFocus } from "./dom.js";
import { time } from "./format.js";
import { createPanel, problemView } from "./panel.js";
import { currentRoute, go, href } from "./router.js";
import { read, write } from "./storage.js";
import { AnswerStream, unfinished } from "./stream.js";

/** @typedef {import("./types.js").View} View */

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
    const last = unfinished();
    const stored = last?.conversationId === this.conversation ? last : null;
    if (!this.conversation) this.drawWelcome();
    else await this.loadConversation(this.conversation, Boolean(stored));
    if (stored && !this.signal.aborted) await this.resume(stored);
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
      const { conversations, next_cursor } = await getJson("conversations", this.signal);
      this.list.root.removeAttribute("aria-busy");
      keepFocus(this.list.body, () => {
        if (!conversations.length) return this.list.empty("No conversations yet.");
        const items = el("ul", {}, ...conversations.map((/** @type {any} */ one) => this.conversationItem(one)));
        fill(this.list.body, items, this.olderButton(items, next_cursor));
      });
    } catch (error) {
      if (!this.signal.aborted) this.list.error(error, () => void this.loadList());
    }
  }

  /**
   * Returns the button that adds older conversations; null without any.
   *
   * @param {HTMLElement} items
   * @param {string | null} cursor
   */
  olderButton(items, cursor) {
    if (!cursor) return null;
    const button = el("button", { type: "button", "data-control": "older" }, "Older conversations");
    button.addEventListener("click", async () => {
      try {
        const page = await getJson(`conversations?cursor=${encodeURIComponent(cursor)}`, this.signal);
        items.append(...page.conversations.map((/** @type {any} */ one) => this.conversationItem(one)));
        keepFocus(this.list.body, () => fill(this.list.body, items, this.olderButton(items, page.next_cursor)));
      } catch (error) {
        if (!this.signal.aborted) this.list.error(error, () => void this.loadList());
      }
    });
    return button;
  }

  /** @param {{conversation_id: string, title: string | null, updated_at: string}} entry */
  conversationItem(entry) {
    const current = entry.conversation_id === this.conversation;
    const title = entry.title ?? "Untitled";
    const link = el("a", { href: href(["chat", entry.conversation_id]), "aria-current": current ? "true" : null, "data-control": `open-${entry.conversation_id}` }, el("span", {}, title), el("small", {}, time(entry.updated_at)));
    const item = el("li", {});
    const remove = async () => {
      await this.change(entry.conversation_id, { method: "DELETE" });
      if (current) go("#/chat");
    };
    const rename = () => fill(item, this.renameForm(entry.conversation_id, title));
    fill(
      item,
      link,
      el("button", { type: "button", class: "icon", "aria-label": `Rename ${title}`, "data-control": `rename-${entry.conversation_id}`, onclick: rename }, "✎"),
      confirmButton("×", "Delete?", remove, { class: "icon", "aria-label": `Delete ${title}`, "data-control": `delete-${entry.conversation_id}` }),
    );
    return item;
  }

  /**
   * @param {string} id
   * @param {string} title
   */
  renameForm(id, title) {
    const control = `rename-${id}`;
    const input = el("input", { type: "text", value: title, maxlength: 200, "aria-label": "New title", "data-control": control });
    const form = el("form", { class: "row" }, input, el("button", { type: "submit", "data-control": control }, "Save"));
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

  /**
   * @param {string} id
   * @param {boolean} [running] Whether an answer is running: the first one is stored when it ends.
   */
  async loadConversation(id, running = false) {
    fill(this.log, el("div", { class: "skeleton" }));
    try {
      const { messages } = await getJson(`conversations/${encodeURIComponent(id)}`, this.signal);
      this.log.replaceChildren();
      for (const message of messages) this.drawStored(message);
      this.scroll();
    } catch (error) {
      if (this.signal.aborted) return;
      const unknown = error instanceof Problem && error.status === 404;
      if (running && unknown) return this.log.replaceChildren();
      fill(this.log, problemView(error, () => void this.loadConversation(id)));
      // A question begins a conversation: there is none to continue.
      if (unknown) this.conversation = null;
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
    const asked = questions.at(-1)?.textContent === stored.question;
    if (!asked) this.drawQuestion(stored.question);
    const before = asked ? questions.at(-1)?.nextElementSibling : null;
    const answer = await this.run((stream) => stream.resume(stored), stored.question);
    // The answer was complete, and stored, when the page was opened: it is shown once.
    const shown = before ? views.get(before) : undefined;
    if (shown && (!answer.text || answer.text === shown.text)) answer.root.remove();
  }

  /**
   * @param {(stream: AnswerStream) => Promise<void>} begin
   * @param {string} question Returned to the field when the answer did not begin.
   * @returns {Promise<AnswerView>}
   */
  async run(begin, question) {
    const answer = new AnswerView(this.log, (change) => this.follow(change));
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
      if (!this.stopped && !this.signal.aborted) announce(answer.failed ? "The answer was interrupted" : "Answer complete");
    } catch (error) {
      if (this.signal.aborted || stream.done) return answer;
      answer.problem(error, () => void this.retry(answer, question));
      if (!answer.text && error instanceof Problem) this.input.value ||= question;
    } finally {
      this.stream = null;
      this.sendButton.disabled = false;
      this.stopButton.hidden = true;
      this.setState("");
      if (this.stopped) answer.note("Stopped. The text so far is kept.", "warn");
      answer.finish();
      if (!this.signal.aborted) void this.loadList();
    }
    return answer;
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
    answer.onFrame(frame);
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

  /**
   * Changes the log; a reader who is at its end stays there, one who scrolled up is left alone.
   *
   * @param {() => void} change
   */
  follow(change) {
    const { log } = this;
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    change();
    if (near) this.scroll();
  }

  /** Shows the end of the log, but keeps the last question in view: an answer is read from its beginning. */
  scroll() {
    const { log } = this;
    const end = log.scrollHeight - log.clientHeight;
    const question = /** @type {HTMLElement | undefined} */ ([...log.querySelectorAll(".question")].at(-1));
    const top = (question?.offsetTop ?? end) - 4;
    // A reader who went on to the end of a long answer follows it.
    log.scrollTop = log.scrollTop > top ? end : Math.min(end, top);
  }
}
