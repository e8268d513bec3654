/** Reads server-sent events from a response. */

/** @typedef {{id: string | null, data: any}} Frame `data` is null for `[DONE]`. */

/**
 * Yields the frames of a response; comments are skipped.
 *
 * @param {Response} response
 * @returns {AsyncGenerator<Frame>}
 */
export async function* frames(response) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  /** @type {string | null} */
  let id = null;
  /** @type {string[]} */
  let data = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("id:")) id = line.slice(3).trim();
        else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
        else if (line === "" && data.length) {
          const text = data.join("\n");
          data = [];
          yield { id, data: text === "[DONE]" ? null : JSON.parse(text) };
        }
      }
    }
  } finally {
    // Ends the request when the reader of the frames stops early.
    void reader.cancel().catch(() => undefined);
  }
}
