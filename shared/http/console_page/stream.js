/** One answer of the chat as it arrives: sends the question, resumes after a lost connection, stops. */

import { Problem, send } from "./api.js";
import { frames } from "./sse.js";
import { read, write } from "./storage.js";

const ATTEMPTS = 6;
const STORED = "stream";

/**
 * @typedef {object} Handlers
 * @property {(frame: any) => void} onFrame
 * @property {() => void} onReconnect The connection was lost; the stream is being resumed.
 */

/** An answer that is being received. `done` says whether its last frame has arrived. */
export class AnswerStream {
  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    this.abort = new AbortController();
    /** @type {string | null} */
    this.streamId = null;
    /** @type {string | null} */
    this.lastId = null;
    this.resumable = false;
    this.done = false;
    /** Attempts to reconnect since the last frame. */
    this.attempts = 0;
    this.question = "";
  }

  /**
   * Sends a question and receives its answer.
   *
   * @param {{message: string, conversation_id: string | null, symbols?: string[]}} body
   * @throws {Problem} The answer did not begin, or was lost for good.
   */
  async ask(body) {
    this.question = body.message;
    const response = await send("chat/stream", { method: "POST", body, headers: { Accept: "text/event-stream" }, signal: this.abort.signal });
    await this.receive(response);
  }

  /**
   * Continues to receive the answer of an earlier page.
   *
   * @param {{streamId: string, question: string}} stored
   */
  async resume(stored) {
    this.streamId = stored.streamId;
    this.question = stored.question;
    this.resumable = true;
    await this.reconnect();
  }

  /** Ends the answer at the service; where it cannot be resumed, losing the connection ends it. */
  async stop() {
    const { streamId } = this;
    this.finish();
    this.abort.abort();
    if (streamId && this.resumable) await send(`chat/streams/${encodeURIComponent(streamId)}`, { method: "DELETE" }).catch(() => undefined);
  }

  /** Leaves the page: the answer continues at the service for its grace time, and can be resumed. */
  leave() {
    this.abort.abort();
  }

  /** @param {Response} response */
  async receive(response) {
    try {
      for await (const { id, data } of frames(response)) {
        if (id) this.lastId = id;
        if (data === null) return this.finish();
        if (this.endsConnection(data)) break;
        this.attempts = 0;
        if (data.event === "meta") this.remember(data);
        this.handlers.onFrame(data);
      }
    } catch (error) {
      if (this.abort.signal.aborted) return;
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    }
    if (!this.done && !this.abort.signal.aborted) await this.reconnect();
  }

  /**
   * Tells whether the service cannot read the stream further on this connection, while the answer goes on.
   *
   * @param {any} frame
   */
  endsConnection(frame) {
    return this.resumable && frame.code === "dependency_unavailable";
  }

  async reconnect() {
    if (!this.streamId || !this.resumable) throw lost();
    while (this.attempts < ATTEMPTS && !this.abort.signal.aborted) {
      this.handlers.onReconnect();
      await pause(Math.min(250 * 2 ** this.attempts, 4000), this.abort.signal);
      this.attempts += 1;
      try {
        /** @type {Record<string, string>} */
        const headers = { Accept: "text/event-stream" };
        if (this.lastId) headers["Last-Event-ID"] = this.lastId;
        const path = `chat/streams/${encodeURIComponent(this.streamId)}`;
        const response = await send(path, { headers, signal: this.abort.signal });
        if (response.status === 204) return this.finish();
        return await this.receive(response);
      } catch (error) {
        const again = error instanceof Problem && (error.status === 0 || error.status >= 500);
        if (!again) {
          this.forget();
          throw error;
        }
      }
    }
    if (!this.abort.signal.aborted) throw lost();
  }

  /** @param {{stream_id?: string, resumable?: boolean, conversation_id: string}} meta */
  remember(meta) {
    this.streamId = meta.stream_id ?? null;
    this.resumable = Boolean(meta.resumable);
    if (!this.streamId || !this.resumable) return;
    const stored = { streamId: this.streamId, conversationId: meta.conversation_id, question: this.question };
    write("session", STORED, JSON.stringify(stored));
  }

  finish() {
    this.done = true;
    this.forget();
  }

  forget() {
    write("session", STORED, null);
  }
}

/**
 * Returns the answer that was arriving when the page was left, or null.
 *
 * @returns {{streamId: string, conversationId: string, question: string} | null}
 */
export function unfinished() {
  const text = read("session", STORED);
  return text ? JSON.parse(text) : null;
}

/**
 * Waits before the next attempt; a device that is offline waits until it is online again.
 *
 * @param {number} milliseconds
 * @param {AbortSignal} signal Ends the wait.
 */
async function pause(milliseconds, signal) {
  if (!navigator.onLine) {
    await new Promise((resolve) => {
      addEventListener("online", resolve, { once: true, signal });
      signal.addEventListener("abort", resolve, { once: true });
    });
  }
  if (signal.aborted) return;
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", resolve, { once: true });
  });
}

function lost() {
  return new Problem({
    status: 0,
    title: "Connection lost",
    detail: "The answer was interrupted. The text so far is kept; ask again for the rest.",
  });
}
