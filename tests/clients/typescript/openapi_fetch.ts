// Calls the running service with the types of openapi-typescript. Usage: node openapi_fetch.js BASE_URL
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";
import { check, main } from "./check";

main(async (baseUrl) => {
  const client = createClient<paths>({ baseUrl });

  const one = await client.GET("/quotes/{symbol}", { params: { path: { symbol: "AAPL" } } });
  const price: number | undefined = one.data?.price;
  check(price !== undefined && price > 0, "a quote has a price");

  const unknown = await client.GET("/quotes/{symbol}", { params: { path: { symbol: "ZZZZ" } } });
  const problem: components["schemas"]["Problem"] | undefined = unknown.error;
  check(problem?.code === "symbol_not_found", "an error is a problem with its code");

  const many = await client.GET("/quotes", { params: { query: { symbols: ["AAPL", "MSFT"] } } });
  check(many.data?.quotes.length === 2, "symbols are a list");

  const streamed = await client.POST("/chat/stream", { body: { message: "How is AAPL doing?" }, parseAs: "text" });
  const lines = String(streamed.data).split("\n").filter((line) => line.startsWith("data: {"));
  const frames = lines.map((line) => JSON.parse(line.slice(6)) as components["schemas"]["ChatFrame"]);
  check(frames.some((frame) => "chunk" in frame && frame.chunk !== ""), "a stream has chunks");

  const made = await client.POST("/reports", { body: { symbol: "AAPL" } });
  check(made.response.ok, "a report needs no field that has a default");
});
