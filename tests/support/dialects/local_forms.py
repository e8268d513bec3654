"""Whole streams as other servers for open models send them, with our own small texts."""

from typing import Final

from tests.support.dialects.full_chunks import (
    BOTH_CALLS,
    INTERRUPTED,
    PRICE_TEXT,
    QUOTE_CALL,
    full_call,
    full_chunk,
    last_usage,
    text_chunks,
)
from tests.support.dialects.parts import QUOTE, USAGE, Dialect, json_bytes, sse

LOCAL_FORMS: Final = (
    Dialect(
        "SGLang: nulls, and the token that stopped it",
        sse(
            full_chunk(
                {"role": "assistant", "content": "", "reasoning_content": None, "tool_calls": None},
                choice={"logprobs": None, "matched_stop": None},
                usage=None,
            ),
            full_chunk(
                {"role": None, "content": None, "reasoning_content": "Hm.", "tool_calls": None},
                "",
                choice={"matched_stop": None},
                usage=None,
            ),
            full_chunk(
                {"role": None, "content": PRICE_TEXT, "reasoning_content": None, "tool_calls": None},
                "",
                choice={"matched_stop": None},
                usage=None,
            ),
            full_chunk(
                {"role": None, "content": None, "tool_calls": None},
                "stop",
                choice={"matched_stop": 151645},
                usage=None,
            ),
            last_usage(reasoning_tokens=0),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "SGLang: a reason that is an object",
        sse(*text_chunks(PRICE_TEXT), full_chunk({}, {"type": "length", "length": 50}), last_usage()),
        PRICE_TEXT,
        reason="length",
    ),
    Dialect(
        "SGLang: a call in pieces of nulls",
        sse(
            full_chunk({"role": "assistant", "content": ""}),
            full_chunk({"content": "", "tool_calls": [full_call(0, "get_quote", "", "call_0")]}),
            *(
                full_chunk({"role": None, "content": None, "tool_calls": [full_call(0, None, piece, None)]})
                for piece in ('{"symbol": ', '"AAPL', '"}')
            ),
            full_chunk(
                {"role": None, "content": None, "tool_calls": None},
                "tool_calls",
                choice={"matched_stop": None},
            ),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "LM Studio: a call, and usage in a chunk of its own",
        sse(
            full_chunk({"role": "assistant", "reasoning_content": "Hm."}, system_fingerprint="m-1"),
            full_chunk(
                {"role": "assistant", "tool_calls": [full_call(0, "get_quote", "", "365174485")]},
                choice={"logprobs": None},
            ),
            *(
                full_chunk(
                    {
                        "tool_calls": [
                            {"index": 0, "type": "function", "function": {"name": "", "arguments": piece}}
                        ]
                    },
                    choice={"logprobs": None},
                )
                for piece in ('{"symbol":', ' "AAPL"}')
            ),
            full_chunk({}, "tool_calls", choice={"logprobs": None}),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "LM Studio: its own template for calls",
        sse(
            *text_chunks(
                "Let me see.\n",
                "[TOOL_",
                'REQUEST]{"name": "get_quote", "arguments": ',
                QUOTE,
                "}[END_TOOL_REQUEST]",
            ),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        "Let me see.\n",
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "LM Studio: the model was unloaded",
        sse(
            *text_chunks("Apple"),
            b"event: error\ndata: "
            + json_bytes(
                {
                    "error": {"message": "Model was unloaded while the request was still in queue.."},
                    "message": "Model was unloaded while the request was still in queue..",
                }
            ),
            done=False,
        ),
        "Apple",
        error=INTERRUPTED,
        says="stopped in the middle",
    ),
    Dialect(
        "llama.cpp: progress, timings and usage",
        sse(
            {
                "choices": [],
                "object": "chat.completion.chunk",
                "model": "m-1",
                "prompt_progress": {"total": 11, "cache": 0, "processed": 11, "time_ms": 20},
            },
            full_chunk({"role": "assistant", "content": None}, system_fingerprint="b6000"),
            *text_chunks("Apple is at", " $250."),
            full_chunk({}, "stop"),
            {
                **last_usage(),
                "timings": {
                    "prompt_n": 11,
                    "prompt_ms": 20.1,
                    "predicted_n": 3,
                    "predicted_ms": 30.2,
                    "cache_n": 0,
                },
            },
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "llama.cpp: no usage but timings",
        sse(
            *text_chunks(PRICE_TEXT),
            {
                **full_chunk({}, "stop"),
                "timings": {
                    "cache_n": 0,
                    "prompt_n": 11,
                    "prompt_ms": 20.1,
                    "predicted_n": 3,
                    "predicted_ms": 30.2,
                },
            },
        ),
        PRICE_TEXT,
        usage=None,
    ),
    Dialect(
        "llama.cpp: a call whose arguments begin with the name",
        sse(
            full_chunk(
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [full_call(0, "get_quote", "{", "aB3dE")],
                }
            ),
            *(
                full_chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
                for piece in ('"symbol"', ":", '"AAPL"', "}")
            ),
            full_chunk({}, "tool_calls"),
            last_usage(),
        ),
        calls=(("get_quote", '{"symbol":"AAPL"}'),),
        reason="tool_calls",
    ),
    Dialect(
        "llama.cpp: too long",
        sse(
            {
                "error": {
                    "code": 400,
                    "message": "the request exceeds the available context size. try enable context shift",
                    "type": "exceed_context_size_error",
                    "n_prompt_tokens": 9000,
                    "n_ctx": 4096,
                }
            },
            done=False,
        ),
        error="ProviderContextTooLongError",
    ),
    Dialect(
        "llamafile: a mark in the text and no usage",
        sse(
            *(full_chunk({"content": text}) for text in ("Apple is at", " $250.", "<|eot_id|>")),
            full_chunk({}, "stop"),
            done=False,
        ),
        PRICE_TEXT,
        usage=None,
    ),
    Dialect(
        "KoboldCpp: event fields and no usage",
        b"".join(
            b"event: message\ndata: "
            + json_bytes(
                {
                    "id": "koboldcpp",
                    "object": "chat.completion.chunk",
                    "created": 1,
                    "model": "koboldcpp/m",
                    "choices": [
                        {"index": 0, "finish_reason": finish, "delta": {"role": "assistant", "content": text}}
                    ],
                }
            )
            + b"\n\n"
            for text, finish in (("Apple is at", None), (" $250.", None), ("", "stop"))
        )
        + b"event: message\ndata: [DONE]\n\n",
        PRICE_TEXT,
        usage=None,
    ),
    Dialect(
        "KoboldCpp: all calls at the end",
        sse(
            full_chunk({"role": "assistant", "content": ""}),
            full_chunk(
                {
                    "role": "assistant",
                    "tool_calls": [
                        {
                            "id": "call_1",
                            "type": "function",
                            "function": {"name": "get-quote", "arguments": {"symbol": "AAPL"}},
                        }
                    ],
                },
                "tool_calls",
            ),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
        usage=None,
    ),
    Dialect(
        "text-generation-webui: carriage returns, pings, usage in the last chunk",
        b": ping - 2026-11-30 03:00:00\r\n\r\n"
        + sse(
            {
                "id": "chatcmpl-1",
                "object": "chat.completions.chunk",
                "model": "m-1",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": None,
                        "message": {"role": "assistant", "content": ""},
                        "delta": {"role": "assistant", "content": ""},
                    }
                ],
            },
            *(
                {
                    "id": "chatcmpl-1",
                    "object": "chat.completions.chunk",
                    "model": "m-1",
                    "choices": [
                        {
                            "index": 0,
                            "finish_reason": None,
                            "message": {"role": "assistant", "content": text},
                            "delta": {"role": "assistant", "content": text},
                        }
                    ],
                }
                for text in ("Apple is at", " $250.")
            ),
            {
                "id": "chatcmpl-1",
                "object": "chat.completions.chunk",
                "model": "m-1",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": ""},
                        "delta": {"role": "assistant", "content": ""},
                    }
                ],
                "usage": USAGE,
            },
            newline="\r\n",
            done=False,
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "TGI: a list of calls that ends with the token's name",
        sse(
            *(
                full_chunk(
                    {
                        "role": "assistant",
                        "tool_calls": [full_call(0, "get_quote" if not place else "", piece, "0")],
                    },
                    choice={"logprobs": None},
                    usage=None,
                )
                for place, piece in enumerate(("", '{"symbol": ', '"AAPL"}', "<|eot_id|>"))
            ),
            full_chunk(
                {"role": "assistant", "content": ""}, "eos_token", choice={"logprobs": None}, usage=None
            ),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "TGI: the name within the arguments",
        sse(
            *(
                full_chunk({"role": "assistant", "tool_calls": full_call(0, None, piece, "")}, usage=None)
                for piece in ('{"function": {"_name": "get_', 'quote", "symbol": "AA', 'PL"}}', "<|eot_id|>")
            ),
            full_chunk({"role": "assistant", "content": ""}, "eos_token", usage=None),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "TGI: an error of the generation",
        b"data:"
        + json_bytes(full_chunk({"role": "assistant", "content": "Apple"}))
        + b'\n\ndata:{"error":"Request failed during generation: Server error: CANCELLED",'
        b'"error_type":"generation"}\n\n',
        "Apple",
        error=INTERRUPTED,
        says="stopped in the middle",
    ),
    Dialect(
        "TensorRT-LLM: null usage and a stop reason",
        sse(
            full_chunk(
                {"role": "assistant", "content": None, "reasoning_content": None, "tool_calls": None},
                choice={"logprobs": None, "stop_reason": None, "disaggregated_params": None},
                usage=None,
            ),
            full_chunk(
                {"role": None, "content": PRICE_TEXT, "reasoning_content": None, "tool_calls": None},
                choice={"stop_reason": None},
                usage=None,
            ),
            full_chunk(
                {"role": None, "content": None, "tool_calls": None},
                "stop",
                choice={"stop_reason": "<|im_end|>"},
                usage=None,
            ),
            last_usage(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "MLX: calls of Gemma in the text",
        sse(
            *text_chunks(
                "<|tool_call>",
                "call:get_quote{",
                'symbol:<|"|>AAPL<|"|>',
                "}",
                "<tool_call|>",
                '<|tool_call>call:get_news{symbol:<|"|>MSFT<|"|>,limit:5}<tool_call|>',
                tool_calls=[],
            ),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        calls=BOTH_CALLS,
        reason="tool_calls",
    ),
    Dialect(
        "MLX: thoughts of Gemma in the text",
        sse(
            *text_chunks(
                "<|channel>", "thought\n", "Hm.", "<chan", "nel|>", "Apple is at", " $250.", "<turn|>"
            ),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "GPT-OSS: channels whose marks the server removed",
        sse(
            *text_chunks("analysis", "Hm", ".", "assistant", "final", "Apple is at", " $250."),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        PRICE_TEXT,
        model="openai/gpt-oss-20b",
    ),
    Dialect(
        "GPT-OSS: a call whose marks the server removed",
        sse(
            *text_chunks(
                "analysis", "Hm.", "assistant", "comment", "ary to=functions.get", "_quote json", QUOTE
            ),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
        model="openai/gpt-oss-20b",
    ),
    Dialect(
        "Kimi: thoughts in triangles that the prompt opens",
        sse(*text_chunks("Hm.", "◁/th", "ink▷", PRICE_TEXT), full_chunk({}, "stop"), last_usage()),
        PRICE_TEXT,
        model="kimi-vl-a3b-thinking",
    ),
)
