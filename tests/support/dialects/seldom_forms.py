"""Forms that servers and models send seldom: calls as text in other notations, and unusual chunks."""

from typing import Final

from tests.support.dialects.full_chunks import (
    BOTH_CALLS,
    INTERRUPTED,
    PRICE_TEXT,
    QUOTE_CALL,
    UNAVAILABLE,
    full_call,
    full_chunk,
    last_usage,
    text_chunks,
)
from tests.support.dialects.parts import NEWS, QUOTE, USAGE, Dialect, chunk, end, json_bytes, sse, words
from tests.support.dialects.written_calls import named

_QUOTE: Final = named("get_quote", QUOTE)
_NEWS: Final = named("get_news", NEWS)

_WRITTEN: Final = (
    ("an indented code block", f"    {_QUOTE}\n", QUOTE_CALL),
    ("an indented code block of several lines", f"\t{_QUOTE}\n\t{_NEWS}\n", BOTH_CALLS),
    ("a tag with the name of the tool", f"<get_quote>{QUOTE}</get_quote>", QUOTE_CALL),
    ("a tag with the name of the tool, on lines", f"<get_quote>\n{QUOTE}\n</get_quote>\n", QUOTE_CALL),
    ("a tag with the name and elements", "<get_quote><symbol>AAPL</symbol></get_quote>", QUOTE_CALL),
    ("a function in brackets", f"<function(get_quote)>{QUOTE}</function>", QUOTE_CALL),
    ("a function in brackets without an end", f"<function(get_quote)>{QUOTE}", QUOTE_CALL),
    ("a tag of tools", f"<tools>\n{_QUOTE}\n</tools>", QUOTE_CALL),
    ("a tag functioncall", f"<functioncall> {_QUOTE}", QUOTE_CALL),
    (
        "an attribute of arguments",
        '<tool_call name="get_quote" arguments=\'{"symbol": "AAPL"}\'/>',
        QUOTE_CALL,
    ),
    ("an object in brackets behind the name", f"get_quote({QUOTE})", QUOTE_CALL),
    (
        "a message of the protocol",
        f'{{"role": "assistant", "content": null, "tool_calls": [{{"function": {_QUOTE}}}]}}',
        QUOTE_CALL,
    ),
    ("ReAct with the arguments in brackets", f"Action: get_quote({QUOTE})", QUOTE_CALL),
    (
        "Anthropic: invoke with JSON",
        f'<function_calls>\n<invoke name="get_quote">{QUOTE}</invoke>\n</function_calls>',
        QUOTE_CALL,
    ),
)

_SHOWN: Final = (
    ("a final answer", "Final Answer: Apple is up.", "Apple is up."),
    ("a final answer with emphasis", "**Final Answer:** Apple is up.", "Apple is up."),
    (
        "a tag with the name of another tool",
        "<get_weather>Zürich</get_weather>",
        "<get_weather>Zürich</get_weather>",
    ),
    ("an indented list", "So:\n    - Apple\n    - SAP\n", "So:\n    - Apple\n    - SAP\n"),
    (
        "indented JSON of something else",
        'So:\n    {"name": "Apple", "price": 250}\n',
        'So:\n    {"name": "Apple", "price": 250}\n',
    ),
    ("the words final answer within a text", "My Final Answer: yes.", "My Final Answer: yes."),
)

SELDOM_FORMS: Final = (
    *(
        Dialect(
            f"seldom call beside words, {name}",
            sse(*words("Let me see.\n", *text), *end()),
            "Let me see.\n",
            calls=expected,
            reason="tool_calls",
        )
        for name, text, expected in _WRITTEN
    ),
    *(
        Dialect(f"seldom call alone, {name}", sse(*words(*text), *end()), calls=expected, reason="tool_calls")
        for name, text, expected in _WRITTEN
    ),
    *(Dialect(f"seldom text, {name}", sse(*words(*text), *end()), shown) for name, text, shown in _SHOWN),
    Dialect(
        "Ollama: an error beside done",
        sse(
            *text_chunks("Apple"), {"error": "llama runner process has terminated: exit status 2"}, done=False
        ),
        "Apple",
        reason="",
        error=INTERRUPTED,
    ),
    Dialect(
        "vLLM: reasoning null, tool calls empty, stop reason 151645",
        sse(
            full_chunk(
                {"role": "assistant", "content": "", "reasoning": None, "tool_calls": []},
                choice={"token_ids": None},
            ),
            *(
                full_chunk({"content": text, "reasoning": None, "tool_calls": []})
                for text in ("Apple is at", " $250.")
            ),
            full_chunk({"content": "", "tool_calls": []}, "stop", choice={"stop_reason": 151645}),
            last_usage(prompt_tokens_details=None),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "llama.cpp: a call after an empty string, id in a later chunk",
        sse(
            full_chunk({"role": "assistant", "content": None}),
            full_chunk({"tool_calls": [full_call(0, "get_quote", "", "")]}),
            full_chunk({"tool_calls": [{"index": 0, "id": "zQ1", "function": {"arguments": '{"symbol": '}}]}),
            full_chunk({"tool_calls": [{"index": 0, "function": {"arguments": '"AAPL"}'}}]}),
            full_chunk({}, "tool_calls", timings={"predicted_n": 3}),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "OpenRouter: an error in the choice after text",
        sse(
            b": OPENROUTER PROCESSING",
            *text_chunks("Apple"),
            {
                "id": "gen-1",
                "error": {"code": 502, "message": "Provider disconnected"},
                "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
            },
            done=False,
        ),
        "Apple",
        reason="",
        error=INTERRUPTED,
    ),
    Dialect(
        "Azure: the content filter's offsets only",
        sse(
            {
                "choices": [],
                "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}],
                "model": "",
            },
            *text_chunks("Apple is at", " $250."),
            full_chunk({}, "stop"),
            {
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": None,
                        "content_filter_offsets": {"check_offset": 1},
                        "content_filter_results": {},
                    }
                ],
                "model": "",
            },
            last_usage(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "xAI: the answer's role and refusal null, usage with every chunk",
        sse(
            *(
                full_chunk(
                    {"role": "assistant", "content": text, "refusal": None},
                    usage={**USAGE, "completion_tokens": number, "num_sources_used": 0},
                )
                for number, text in enumerate(("Apple is at", " $250."))
            ),
            full_chunk({}, "stop"),
            last_usage(num_sources_used=2),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "DeepSeek: the service has no resources left",
        sse(*text_chunks("Apple"), full_chunk({}, "insufficient_system_resource"), done=True),
        "Apple",
        reason="",
        error=INTERRUPTED,
    ),
    Dialect(
        "Mistral: the finish reason error",
        sse(full_chunk({}, "error", usage=USAGE)),
        reason="",
        error=UNAVAILABLE,
    ),
    Dialect(
        "LM Studio: pings as comments and an event name message",
        b": ping\n\n"
        + sse(
            *(
                b"event: message\ndata: " + json_bytes(one)
                for one in (chunk({"role": "assistant", "content": PRICE_TEXT}), *end())
            )
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Together: a warning before the chunks",
        sse(
            {"object": "warning", "warning": "This model is deprecated."},
            *text_chunks("Apple is at", " $250."),
            full_chunk({}, "eos", usage=USAGE),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Groq: a call behind reasoning, with usage in the reason's chunk",
        sse(
            full_chunk({"role": "assistant", "reasoning": "Hm."}),
            full_chunk(
                {
                    "tool_calls": [
                        {
                            "id": "fc_1",
                            "type": "function",
                            "function": {"name": "get_quote", "arguments": QUOTE},
                            "index": 0,
                        }
                    ]
                }
            ),
            full_chunk({}, "tool_calls", x_groq={"id": "req", "usage": USAGE}),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "a gateway: a second choice that is not asked for",
        sse(
            {
                "choices": [
                    {"index": 0, "delta": {"content": "Apple is at"}},
                    {"index": 1, "delta": {"content": "SAP is"}},
                ],
                "model": "m-1",
            },
            {
                "choices": [{"index": 1, "delta": {"content": " up."}, "finish_reason": "stop"}],
                "model": "m-1",
            },
            {
                "choices": [{"index": 0, "delta": {"content": " $250."}, "finish_reason": "stop"}],
                "model": "m-1",
            },
            {"choices": [], "usage": USAGE},
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "a proxy: content of a list of texts and nulls",
        sse(
            chunk(
                {
                    "content": [
                        {"type": "text", "text": "Apple is at"},
                        None,
                        {"type": "output_text", "text": " $250."},
                    ]
                }
            ),
            *end(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "a proxy: tool calls as an object of numbers",
        sse(
            chunk(
                {
                    "tool_calls": {
                        "0": full_call(0, "get_quote", QUOTE),
                        "1": full_call(1, "get_news", NEWS, "call_2"),
                    }
                }
            ),
            *end("tool_calls"),
        ),
        calls=BOTH_CALLS,
        reason="tool_calls",
    ),
)
