"""Whole streams as makers of models, and proxies of theirs, send them, with our own small texts."""

from typing import Final

from tests.support.dialects.full_chunks import (
    INTERRUPTED,
    PRICE_TEXT,
    QUOTE_CALL,
    UNAVAILABLE,
    full_call,
    full_chunk,
    last_usage,
    text_chunks,
)
from tests.support.dialects.parts import QUOTE, USAGE, Dialect, json_bytes, sse

MAKER_FORMS: Final = (
    Dialect(
        "Gemini: a reason and usage with every chunk",
        sse(
            *(
                full_chunk(
                    {"role": "assistant", "content": text},
                    "stop",
                    usage={"prompt_tokens": 11, "completion_tokens": count, "total_tokens": 11 + count},
                )
                for count, text in ((1, "Apple is at"), (3, " $250."))
            )
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Gemini: the reason in its own spelling",
        sse(
            *text_chunks("Apple is at", " $250."),
            {
                "choices": [
                    {"index": 0, "delta": {"content": ""}, "finish_reason": None, "finishReason": "length"}
                ],
                "model": "m-1",
                "usage": USAGE,
            },
        ),
        PRICE_TEXT,
        reason="length",
    ),
    Dialect(
        "Gemini: a signature in a delta of its own",
        sse(
            full_chunk(
                {
                    "role": "assistant",
                    "tool_calls": [
                        {
                            "id": "function-call-1",
                            "type": "function",
                            "function": {"name": "get_quote", "arguments": QUOTE},
                        }
                    ],
                }
            ),
            full_chunk(
                {
                    "role": "assistant",
                    "content": "",
                    "extra_content": {"google": {"thought_signature": "Cp"}},
                },
                "stop",
                usage=USAGE,
            ),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Gemini: arguments of two calls at one index",
        sse(
            full_chunk({"tool_calls": [full_call(0, "get_quote", "", "toolu_1")]}),
            *(
                full_chunk({"tool_calls": [{"index": 0, "function": {"name": "", "arguments": arguments}}]})
                for arguments in (QUOTE, '{"symbol": "MSFT"}')
            ),
            full_chunk({}, "tool_calls"),
            last_usage(),
        ),
        calls=(("get_quote", QUOTE), ("get_quote", '{"symbol": "MSFT"}')),
        reason="tool_calls",
    ),
    Dialect(
        "Gemini: code of a call in the text",
        sse(
            *text_chunks("``", '`tool_code\nprint(default_api.get_quote(symbol="AAPL"))\n``', "`"),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Gemini: nothing but a filter",
        sse(
            full_chunk(
                {"role": "assistant"},
                "content_filter: SAFETY",
                usage={"prompt_tokens": 11, "total_tokens": 11},
            )
        ),
        reason="content_filter",
        usage=(11, 0),
    ),
    Dialect(
        "Gemini: an error in a list",
        json_bytes(
            [
                {
                    "error": {
                        "code": 503,
                        "message": "The model is overloaded. Please try again later.",
                        "status": "UNAVAILABLE",
                    }
                }
            ]
        ),
        error=UNAVAILABLE,
        says="UNAVAILABLE",
    ),
    Dialect(
        "Bedrock proxy: text, then a call at the index of its block",
        sse(
            full_chunk({"role": "assistant", "content": ""}),
            *text_chunks("Let me", " see."),
            full_chunk(
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [full_call(1, "get_quote", "", "tooluse_1")],
                }
            ),
            *(
                full_chunk({"tool_calls": [{"index": 1, "function": {"arguments": piece}}]})
                for piece in ("", '{"symbol":', ' "AAPL"}')
            ),
            full_chunk({}, "tool_calls"),
            last_usage(),
        ),
        "Let me see.",
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Bedrock proxy: an error",
        sse(
            *text_chunks("Apple"),
            {
                "error": {
                    "message": "An error occurred (ThrottlingException) when calling ConverseStream: Too "
                    "many tokens, please wait before trying again."
                }
            },
            done=False,
        ),
        "Apple",
        error=INTERRUPTED,
        says="stopped in the middle",
    ),
    Dialect(
        "Cloudflare: text in its own field",
        sse(
            {"response": "Apple is at", "p": "abcd"},
            {"response": " $250.", "p": "ab"},
            {"response": "", "usage": USAGE},
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Cloudflare: calls in its own field",
        sse(
            {"response": None, "tool_calls": [{"name": "get_quote", "arguments": {"symbol": "AAPL"}}]},
            {"response": "", "usage": USAGE},
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Perplexity: the whole message at the end",
        sse(
            *(
                {
                    "id": "p1",
                    "model": "m-1",
                    "object": "chat.completion.chunk",
                    "citations": ["https://example.com"],
                    "usage": USAGE,
                    "choices": [
                        {
                            "index": 0,
                            "finish_reason": None,
                            "delta": {"role": "assistant", "content": text},
                            "message": {"role": "assistant", "content": whole},
                        }
                    ],
                }
                for text, whole in (("Apple is at", "Apple is at"), (" $250.", PRICE_TEXT))
            ),
            {
                "id": "p1",
                "model": "m-1",
                "object": "chat.completion.done",
                "search_results": [{"title": "A", "url": "https://example.com", "date": None}],
                "usage": USAGE,
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": PRICE_TEXT},
                        "delta": {"role": "assistant", "content": ""},
                    }
                ],
            },
            done=False,
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "MiniMax: the whole answer without its thoughts at the end",
        sse(
            *text_chunks(
                "<think>\nHm.\n</think>\n\n", "Apple is at", " $250.", name="MiniMax AI", audio_content=""
            ),
            {
                "id": "x1",
                "object": "chat.completion",
                "model": "m-1",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {
                            "role": "assistant",
                            "content": f"\n\n{PRICE_TEXT}",
                            "reasoning_content": "Hm.",
                        },
                    }
                ],
                "usage": USAGE,
                "base_resp": {"status_code": 0, "status_msg": ""},
            },
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Cohere: a plan before the call",
        sse(
            full_chunk({"role": "assistant", "content": "", "tool_plan": "Hm."}),
            full_chunk({"tool_calls": [full_call(0, "get_quote", "", "get_quote_x1")]}),
            full_chunk({"tool_calls": [{"index": 0, "function": {"arguments": QUOTE}}]}),
            full_chunk({}, "tool_calls", usage=USAGE),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Fireworks: usage and metrics with the reason",
        sse(
            full_chunk({"role": "assistant"}, usage=None),
            *text_chunks("Apple is at", " $250."),
            full_chunk(
                {},
                "stop",
                usage={**USAGE, "prompt_tokens_details": {"cached_tokens": 0}},
                perf_metrics={"queue": 0.1},
            ),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Fireworks: a call that begins with null arguments",
        sse(
            full_chunk({"role": "assistant", "tool_calls": [full_call(0, "get_quote", None)]}),
            full_chunk({"tool_calls": [{"index": 0, "function": {"arguments": QUOTE}}]}),
            full_chunk({}, "tool_calls", usage=USAGE),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Cerebras: reasoning, and times beside the usage",
        sse(
            full_chunk({"role": "assistant"}, system_fingerprint="fp_3"),
            full_chunk({"reasoning": "Hm."}),
            *text_chunks("Apple is at", " $250."),
            full_chunk({}, "stop", usage=USAGE, time_info={"queue_time": 0.001, "total_time": 0.2}),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "DashScope: empty ids and names in later pieces",
        sse(
            full_chunk(
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [full_call(0, "get_quote", "", "call_1")],
                },
                choice={"logprobs": None},
                usage=None,
            ),
            *(
                full_chunk({"tool_calls": [full_call(0, "", piece, "")]}, usage=None)
                for piece in ('{"symbol": ', '"AAPL"}')
            ),
            full_chunk({"tool_calls": [full_call(0, "", None, "")]}, usage=None),
            full_chunk({"content": ""}, "tool_calls", usage=None),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Zhipu: a sensitive text",
        sse(
            full_chunk({"role": "assistant", "content": "Apple"}),
            full_chunk({"role": "assistant", "content": ""}, "sensitive", usage=USAGE),
        ),
        "Apple",
        reason="content_filter",
    ),
    Dialect(
        "Hunyuan: the answer in a tag",
        sse(
            *text_chunks(
                "<think>\nHm.\n</think>\n", "<ans", "wer>\n", "Apple is at", " $250.", "\n</ans", "wer>"
            ),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        f"{PRICE_TEXT}\n",
    ),
    Dialect(
        "Kimi: thoughts in triangles",
        sse(*text_chunks("◁thi", "nk▷Hm.", "◁/think▷", PRICE_TEXT), full_chunk({}, "stop"), last_usage()),
        PRICE_TEXT,
    ),
    Dialect(
        "Databricks: typed parts and a refusal among them",
        sse(
            full_chunk(
                {
                    "role": "assistant",
                    "content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}],
                }
            ),
            full_chunk({"content": [{"type": "refusal", "refusal": "I cannot help."}]}),
            full_chunk({}, "stop", usage=USAGE),
        ),
        "I cannot help.",
    ),
    Dialect(
        "a server that shows what its own tool returned",
        sse(
            full_chunk({"role": "tool", "content": "Hm."}),
            full_chunk({"role": "assistant", "content": PRICE_TEXT}),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "completion tokens null, total known",
        sse(
            *text_chunks(PRICE_TEXT),
            full_chunk(
                {}, "stop", usage={"prompt_tokens": 11, "completion_tokens": None, "total_tokens": 14}
            ),
        ),
        PRICE_TEXT,
    ),
)
