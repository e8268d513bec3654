// Calls the running service with the client that @hey-api/openapi-ts generates. Usage: node hey_api.js BASE_URL
import { client } from "./hey_api/client.gen";
import { chat, chatStream, createReport, putPreferences, quote, quotes } from "./hey_api/sdk.gen";
import type { ChatFrame, Problem, Quote } from "./hey_api/types.gen";
import { check, main } from "./check";

main(async (baseUrl) => {
  client.setConfig({ baseUrl });

  const one = await quote({ path: { symbol: "AAPL" } });
  const price: number | undefined = one.data?.price;
  check(price !== undefined && price > 0, "a quote has a price");

  const unknown = await quote({ path: { symbol: "ZZZZ" } });
  const problem: Problem | undefined = unknown.error;
  check(problem?.code === "symbol_not_found", "an error is a problem with its code");

  const many = await quotes({ query: { symbols: ["AAPL", "MSFT"] } });
  const prices: Quote[] = many.data?.quotes ?? [];
  check(prices.map((item) => item.symbol).join() === "AAPL,MSFT", "symbols are a list");

  const answer = await chat({ body: { message: "How is AAPL doing?" } });
  check((answer.data?.response ?? "") !== "", "a question is answered");

  let text = "";
  const { stream } = await chatStream({ body: { message: "How is AAPL doing?" } });
  for await (const frame of stream) {
    // Nothing where the stream had ended already (204).
    const typed: ChatFrame | void = frame;
    if (typeof typed === "object" && "chunk" in typed) text += typed.chunk;
  }
  check(text !== "", "a stream has chunks");

  const report = await createReport({ body: { symbol: "AAPL", report_type: "quick_overview" } });
  check(report.data?.symbol === "AAPL", "a report needs no field that has a default");

  const wrong = await putPreferences({ path: { user_id: "alice" }, body: { watchlist: ["?"] } });
  check(wrong.error?.errors?.[0]?.field !== undefined, "a problem names its fields");
});
