"""Events, chunks and token counts that are not as OpenAI sends them."""

from typing import Final

from tests.support.dialects.parts import HELLO, TEXT, USAGE, Dialect, chunk, end, json_bytes, sse, words

WHOLE: Final = sse(*HELLO, *end())

FRAMING: Final = (
    Dialect("line feeds", WHOLE, TEXT),
    Dialect("carriage returns and line feeds", sse(*HELLO, *end(), newline="\r\n"), TEXT),
    Dialect("carriage returns", sse(*HELLO, *end(), newline="\r"), TEXT),
    Dialect("byte order mark", b"\xef\xbb\xbf" + WHOLE, TEXT),
    Dialect("no space after the colon", WHOLE.replace(b"data: ", b"data:"), TEXT),
    Dialect("one line feed between events", WHOLE.replace(b"\n\n", b"\n"), TEXT),
    Dialect(
        "an event in several data lines",
        WHOLE.replace(b', "choices"', b',\ndata: "choices"'),
        TEXT,
    ),
    Dialect("empty data and comments", b": hello\n\ndata:\n\ndata: \n\ndata\n\n:\n\n" + WHOLE, TEXT),
    Dialect("other fields", b"id: 1\nevent: message\nretry: 5\nunknown\n" + WHOLE, TEXT),
    Dialect("data that is no JSON", b"data: keep-alive\n\n" + WHOLE, TEXT),
    Dialect("no blank line at the end", WHOLE.removesuffix(b"\n\n"), TEXT),
    Dialect("spaces around the end", WHOLE.replace(b"[DONE]", b" [DONE] "), TEXT),
    Dialect("line separators of Unicode", sse(*words("a\u2028b\u0085c"), *end()), "a\u2028b\u0085c"),
)

CHUNKS: Final = (
    Dialect("null, empty and bare values", sse(None, [], {}, 5, "x", True, *HELLO, *end()), TEXT),
    Dialect("several chunks in a list", sse([*HELLO], *end()), TEXT),
    Dialect("invalid UTF-8", sse(b'data: {"choices":[{"delta":{"content":"a\xffb"}}]}', *end()), "a\ufffdb"),
    Dialect(
        "a character split between chunks",
        sse(
            b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}',
            b'data: {"choices":[{"delta":{"content":"\\ude00b"}}]}',
            *end(),
        ),
        "a😀b",
    ),
    Dialect(
        "half a character", sse(b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}', *end()), "a\ufffd"
    ),
    Dialect("control characters", sse(b'data: {"choices":[{"delta":{"content":"a\tb"}}]}', *end()), "a\tb"),
    Dialect("a model that is a number", sse(*HELLO, *end(), {"choices": [], "model": 7}), TEXT),
    Dialect(
        "role and null usage with every chunk",
        sse(
            *(chunk({"role": "assistant", "content": text}, usage=None) for text in ("", "Zür", "ich €5")),
            *end(),
        ),
        TEXT,
    ),
    Dialect(
        "Azure: no choices at first, filter results without a delta",
        sse(
            {"choices": [], "model": "", "prompt_filter_results": [{"content_filter_results": {}}]},
            *HELLO,
            {"choices": [{"index": 0, "finish_reason": None, "content_filter_offsets": {"start_offset": 1}}]},
            *end(),
        ),
        TEXT,
    ),
    Dialect(
        "Together: text beside the delta", sse({**chunk({"content": TEXT}), "text": TEXT}, *end("eos")), TEXT
    ),
    Dialect("[DONE] twice", sse(*HELLO, *end()) + b"data: [DONE]\n\n", TEXT),
    Dialect("OpenRouter: comments", b": OPENROUTER PROCESSING\n\n" * 2 + sse(*HELLO, *end()), TEXT),
    Dialect("choices null, deltas null", sse({"choices": None}, chunk(None), *HELLO, *end()), TEXT),
    Dialect(
        "choices and deltas of wrong types",
        sse(
            {"choices": "x"},
            {"choices": {"0": 1}},
            {"choices": ["x"]},
            chunk("x"),
            chunk([1]),
            *HELLO,
            *end(),
        ),
        TEXT,
    ),
    Dialect("tool calls of wrong types", sse(chunk({"tool_calls": ["x", 5, None]}), *HELLO, *end()), TEXT),
    Dialect("content that is a number", sse(*words("a "), chunk({"content": 42}), *end()), "a 42"),
    Dialect("content that is a truth value", sse(*HELLO, chunk({"content": True}), *end()), TEXT),
    Dialect("a finish reason that is a text", sse(chunk({"content": TEXT}, "null"), *end()), TEXT),
    Dialect("a finish reason that is false", sse(chunk({"content": TEXT}, False), *end()), TEXT),
    Dialect("text and finish reason together", sse(chunk({"content": TEXT}, "stop", usage=USAGE)), TEXT),
    Dialect("a refusal", sse(chunk({"refusal": "I cannot help."}), *end()), "I cannot help."),
    Dialect(
        "the whole message beside the delta",
        sse(
            {"choices": [{"delta": {"content": "a"}, "message": {"content": "a"}}], "usage": USAGE},
            {
                "choices": [
                    {"delta": {"content": "b"}, "message": {"content": "ab"}, "finish_reason": "stop"}
                ],
                "usage": USAGE,
            },
        ),
        "ab",
    ),
    Dialect(
        "no stream at all",
        json_bytes(
            {
                "model": "m-1",
                "usage": USAGE,
                "choices": [{"message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
            }
        ),
        TEXT,
    ),
    Dialect("lines of JSON and no events", b"\n".join(map(json_bytes, (*HELLO, *end()))), TEXT),
)

_NOT_CREDIBLE: Final[tuple[object, ...]] = (
    {"prompt_tokens": -5, "completion_tokens": 3},
    {"prompt_tokens": 11, "completion_tokens": 10**18},
    {"prompt_tokens": "many", "completion_tokens": 3},
    {"prompt_tokens": True, "completion_tokens": [3]},
    {"prompt_tokens": 0, "completion_tokens": 0},
    {"prompt_tokens": None, "completion_tokens": None},
    [],
    "none",
    7,
)

USAGES: Final = (
    Dialect("no usage", sse(*HELLO, chunk({}, "stop")), TEXT, usage=None),
    *(
        Dialect(f"usage {usage}", sse(*HELLO, chunk({}, "stop", usage=usage)), TEXT, usage=None)
        for usage in _NOT_CREDIBLE
    ),
    Dialect(
        "counts as text",
        sse(*HELLO, chunk({}, "stop", usage={"prompt_tokens": "11", "completion_tokens": 3.0})),
        TEXT,
    ),
    Dialect(
        "names of another protocol",
        sse(*HELLO, chunk({}, "stop", usage={"input_tokens": 11, "output_tokens": 3})),
        TEXT,
    ),
    Dialect("usage of Groq", sse(*HELLO, chunk({}, "stop", x_groq={"usage": USAGE})), TEXT),
    Dialect(
        "reasoning counted beside the completion",
        sse(
            *HELLO,
            chunk(
                {},
                "stop",
                usage={
                    "prompt_tokens": 11,
                    "completion_tokens": 3,
                    "total_tokens": 114,
                    "completion_tokens_details": {"reasoning_tokens": 100},
                },
            ),
        ),
        TEXT,
        usage=(11, 103),
    ),
    Dialect(
        "reasoning counted within the completion",
        sse(
            *HELLO,
            chunk(
                {},
                "stop",
                usage={
                    "prompt_tokens": 11,
                    "completion_tokens": 103,
                    "total_tokens": 114,
                    "completion_tokens_details": {"reasoning_tokens": 100},
                },
            ),
        ),
        TEXT,
        usage=(11, 103),
    ),
)
