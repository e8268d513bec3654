"""Whole streams as hosts of open models send them, with our own small texts."""

from typing import Final

from tests.support.dialects.full_chunks import (
    BOTH_CALLS,
    PRICE_TEXT,
    QUOTE_CALL,
    full_chunk,
    last_usage,
    text_chunks,
)
from tests.support.dialects.parts import NEWS, QUOTE, USAGE, Dialect, json_bytes, sse

HOSTED_FORMS: Final = (
    Dialect(
        "Together: text beside the delta, usage with the reason",
        sse(
            *(
                {
                    "id": "t1",
                    "object": "chat.completion.chunk",
                    "created": 1,
                    "choices": [
                        {
                            "index": 0,
                            "text": text,
                            "logprobs": None,
                            "finish_reason": None,
                            "seed": None,
                            "delta": {
                                "token_id": 5,
                                "role": "assistant",
                                "content": text,
                                "tool_calls": None,
                            },
                        }
                    ],
                    "model": "m-1",
                    "usage": None,
                }
                for text in ("Apple is at", " $250.")
            ),
            {
                "id": "t1",
                "object": "chat.completion.chunk",
                "created": 1,
                "choices": [
                    {
                        "index": 0,
                        "text": "",
                        "logprobs": None,
                        "finish_reason": "stop",
                        "seed": 17,
                        "delta": {"token_id": 128009, "role": "assistant", "content": "", "tool_calls": None},
                    }
                ],
                "model": "m-1",
                "usage": USAGE,
            },
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Groq: usage in its own field at the end",
        sse(
            full_chunk({"role": "assistant", "content": ""}, x_groq={"id": "req_1", "seed": 5}),
            full_chunk({"channel": "analysis", "reasoning": "Hm."}),
            *text_chunks("Apple is at", " $250.", channel="final"),
            full_chunk(
                {}, "stop", x_groq={"id": "req_1", "usage": {**USAGE, "queue_time": 0.1, "total_time": 0.2}}
            ),
            {**last_usage(), "x_groq": None},
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Groq: tools that it ran itself",
        sse(
            full_chunk(
                {
                    "role": "assistant",
                    "reasoning": "Hm.",
                    "executed_tools": [{"index": 0, "type": "search", "arguments": "{}", "output": None}],
                }
            ),
            *text_chunks(PRICE_TEXT),
            full_chunk({}, "stop", x_groq={"id": "req_1", "usage": USAGE}),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Groq: a call that it could not read",
        sse(
            b"event: error\ndata: "
            + json_bytes(
                {
                    "error": {
                        "message": "Failed to call a function. See 'failed_generation' for more details.",
                        "type": "invalid_request_error",
                        "code": "tool_use_failed",
                        "failed_generation": f"<function=get_quote>{QUOTE}</function>",
                        "status_code": 400,
                    }
                }
            ),
            done=False,
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
        usage=None,
    ),
    Dialect(
        "Mistral: thoughts, references and padding",
        sse(
            full_chunk({"role": "assistant", "content": ""}, p="abc"),
            full_chunk(
                {
                    "content": [
                        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}], "closed": True}
                    ]
                },
                p="a",
            ),
            full_chunk({"content": [{"type": "text", "text": "Apple is at"}]}, p="ab"),
            full_chunk({"content": [{"type": "reference", "reference_ids": [0]}]}),
            full_chunk({"content": " $250."}),
            full_chunk({"content": ""}, "stop", usage=USAGE),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Mistral: calls with index and without type",
        sse(
            full_chunk(
                {
                    "content": "",
                    "tool_calls": [
                        {
                            "id": "a1b2c3d4e",
                            "function": {"name": "get_quote", "arguments": QUOTE},
                            "index": 0,
                        },
                        {"id": "b1b2c3d4e", "function": {"name": "get_news", "arguments": NEWS}, "index": 1},
                    ],
                },
                "tool_calls",
                usage=USAGE,
            )
        ),
        calls=BOTH_CALLS,
        reason="tool_calls",
    ),
    Dialect(
        "DeepSeek: keep-alives, reasoning, then text",
        b": keep-alive\n\n" * 3
        + sse(
            full_chunk(
                {"role": "assistant", "content": None, "reasoning_content": ""},
                choice={"logprobs": None},
                usage=None,
            ),
            full_chunk({"content": None, "reasoning_content": "Hm."}, choice={"logprobs": None}, usage=None),
            *(
                full_chunk(
                    {"content": text, "reasoning_content": None}, choice={"logprobs": None}, usage=None
                )
                for text in ("Apple is at", " $250.")
            ),
            full_chunk(
                {"content": "", "reasoning_content": None},
                "stop",
                choice={"logprobs": None},
                usage={**USAGE, "prompt_cache_hit_tokens": 0, "prompt_cache_miss_tokens": 11},
            ),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "DeepSeek: its own marks leak into the text",
        sse(
            *text_chunks(
                "Let me see.\n\n",
                "<｜DSML｜function",
                '_calls>\n<｜DSML｜invoke name="get_quote">\n',
                '<｜DSML｜parameter name="symbol" string="true">AAPL</｜DSML｜parameter>\n',
                "</｜DSML｜invoke>\n</｜DSML｜function_calls>",
            ),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        "Let me see.\n\n",
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
)
