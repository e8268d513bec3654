// Counts the tokens (o200k_base) of each text of a JSON list on standard input; writes a JSON list of numbers.
import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";

const encoding = new Tiktoken(o200k);
let input = "";
for await (const part of process.stdin) input += part;
console.log(JSON.stringify(JSON.parse(input).map((text) => encoding.encode(text).length)));
