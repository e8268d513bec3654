"""Calls of tools, ends of turns and headers that servers leave in the text of an answer."""

from typing import Final

from tests.support.dialects.parts import NEWS, QUOTE, Dialect, NamedCall, calls, chunk, end, part, sse, words

QUOTE_CALL: Final[tuple[NamedCall, ...]] = (("get_quote", QUOTE),)
BOTH_CALLS: Final[tuple[NamedCall, ...]] = (("get_quote", QUOTE), ("get_news", NEWS))
_TEXTUAL_NEWS: Final = '{"symbol": "MSFT", "limit": "5"}'
_BOTH_TEXTUAL: Final[tuple[NamedCall, ...]] = (("get_quote", QUOTE), ("get_news", _TEXTUAL_NEWS))


def named(name: str, arguments: str, key: str = "arguments") -> str:
    """A call as JSON."""
    return f'{{"name": "{name}", "{key}": {arguments}}}'


_QUOTE: Final = named("get_quote", QUOTE)
_NEWS: Final = named("get_news", NEWS)
_DEEPSEEK: Final = "<｜tool▁call▁begin｜>function<｜tool▁sep｜>{}\n```json\n{}\n```<｜tool▁call▁end｜>"
_KIMI: Final = "<|tool_call_begin|>functions.{}:{}<|tool_call_argument_begin|>{}<|tool_call_end|>"
_QWEN_CODER: Final = (
    "<tool_call>\n<function=get_quote>\n<parameter=symbol>\nAAPL\n</parameter>\n</function>\n</tool_call>\n"
    "<tool_call>\n<function=get_news>\n<parameter=symbol>\nMSFT\n</parameter>\n<parameter=limit>\n5\n"
    "</parameter>\n</function>\n</tool_call>"
)
_GLM: Final = (
    "<tool_call>get_quote\n<arg_key>symbol</arg_key>\n<arg_value>AAPL</arg_value>\n</tool_call>\n"
    "<tool_call>get_news\n<arg_key>symbol</arg_key>\n<arg_value>MSFT</arg_value>\n"
    "<arg_key>limit</arg_key>\n<arg_value>5</arg_value>\n</tool_call>"
)
_INVOKED: Final = (
    '<{0}invoke name="get_quote">\n<{0}parameter name="symbol" string="true">AAPL</{0}parameter>\n'
    "</{0}invoke>"
    '\n<{0}invoke name="get_news">\n<{0}parameter name="symbol">MSFT</{0}parameter>\n'
    '<{0}parameter name="limit">5</{0}parameter>\n</{0}invoke>'
)
_WIDE: Final = "｜DSML｜"

_FORMS: Final[tuple[tuple[str, str, tuple[NamedCall, ...]], ...]] = (
    (
        "Hermes and Qwen",
        f"<tool_call>\n{_QUOTE}\n</tool_call>\n<tool_call>\n{_NEWS}\n</tool_call>",
        BOTH_CALLS,
    ),
    ("Hermes without closing tags", f"<tool_call>\n{_QUOTE}\n<tool_call>\n{_NEWS}", BOTH_CALLS),
    ("a list in a tag", f"<tool_call>[{_QUOTE}, {_NEWS}]</tool_call>", BOTH_CALLS),
    ("Jamba and Hunyuan", f"<tool_calls>[\n{_QUOTE},\n{_NEWS}\n]</tool_calls>", BOTH_CALLS),
    ("Nemotron", f"<TOOLCALL>[{_QUOTE}]</TOOLCALL>", QUOTE_CALL),
    (
        "quotation marks of Python",
        "<tool_call>{'name': 'get_quote', 'arguments': {'symbol': 'AAPL'}}</tool_call>",
        QUOTE_CALL,
    ),
    (
        "arguments as a text",
        '<tool_call>{"name": "get_quote", "arguments": "{\\"symbol\\": \\"AAPL\\"}"}</tool_call>',
        QUOTE_CALL,
    ),
    ("a function within", f'<tool_call>{{"type": "function", "function": {_QUOTE}}}</tool_call>', QUOTE_CALL),
    ("Gemma in a tag", '<tool_code>\nget_quote(symbol="AAPL")\n</tool_code>', QUOTE_CALL),
    ("a name alone", "<tool_call>get_quote</tool_call>", (("get_quote", "{}"),)),
    ("Mistral", f"[TOOL_CALLS] [{_QUOTE}, {_NEWS}]", BOTH_CALLS),
    (
        "Mistral with ids",
        f'[TOOL_CALLS][{{"name": "get_quote", "arguments": {QUOTE}, "id": "a1b2c3d4e"}}]</s>',
        QUOTE_CALL,
    ),
    (
        "Mistral, later models",
        f"[TOOL_CALLS]get_quote[ARGS]{QUOTE}[TOOL_CALLS]get_news[CALL_ID]x1[ARGS]{NEWS}",
        BOTH_CALLS,
    ),
    ("Mistral, name and object", f"[TOOL_CALLS]get_quote{QUOTE}", QUOTE_CALL),
    ("Llama", f"<|python_tag|>{named('get_quote', QUOTE, 'parameters')}<|eom_id|>", QUOTE_CALL),
    ("Llama with semicolons", f"<|python_tag|>{_QUOTE}; {_NEWS}<|eot_id|>", BOTH_CALLS),
    ("Llama in Python", '<|python_tag|>get_quote(symbol="AAPL")<|eom_id|>', QUOTE_CALL),
    (
        "Llama, own functions",
        f"<function=get_quote>{QUOTE}</function><function=get_news>{NEWS}</function>",
        BOTH_CALLS,
    ),
    (
        "DeepSeek",
        (
            f"<｜tool▁calls▁begin｜>{_DEEPSEEK.format('get_quote', QUOTE)}\n"
            f"{_DEEPSEEK.format('get_news', NEWS)}"
            "<｜tool▁calls▁end｜><｜end▁of▁sentence｜>"
        ),
        BOTH_CALLS,
    ),
    (
        "DeepSeek 3.1",
        f"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_quote<｜tool▁sep｜>{QUOTE}<｜tool▁call▁end｜><｜tool▁call▁begin｜>get_news<｜tool▁sep｜>{NEWS}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        BOTH_CALLS,
    ),
    (
        "DeepSeek with narrow bars",
        f"<|tool▁calls▁begin|><|tool▁call▁begin|>function<|tool▁sep|>get_quote\n```json\n{QUOTE}\n```<|tool▁call▁end|><|tool▁calls▁end|>",
        QUOTE_CALL,
    ),
    (
        "DeepSeek 3.2",
        f"<{_WIDE}function_calls>\n{_INVOKED.format(_WIDE)}\n</{_WIDE}function_calls>",
        _BOTH_TEXTUAL,
    ),
    ("Qwen3-Coder", _QWEN_CODER, _BOTH_TEXTUAL),
    ("Qwen3-Coder without the first tag", _QWEN_CODER.removeprefix("<tool_call>\n"), _BOTH_TEXTUAL),
    (
        "Seed",
        "<seed:tool_call><function=get_quote><parameter=symbol>AAPL</parameter></function></seed:tool_call>",
        QUOTE_CALL,
    ),
    ("GLM", _GLM, _BOTH_TEXTUAL),
    (
        "Kimi",
        (
            f"<|tool_calls_section_begin|>{_KIMI.format('get_quote', 0, QUOTE)}"
            f"{_KIMI.format('get_news', 1, NEWS)}"
            "<|tool_calls_section_end|><|im_end|>"
        ),
        BOTH_CALLS,
    ),
    ("Kimi without a section", _KIMI.format("get_quote", 0, QUOTE), QUOTE_CALL),
    ("MiniMax", f"<minimax:tool_call>\n{_INVOKED.format('')}\n</minimax:tool_call>", _BOTH_TEXTUAL),
    ("Anthropic's older form", f"<function_calls>\n{_INVOKED.format('')}\n</function_calls>", _BOTH_TEXTUAL),
    ("elements without a tag around them", _INVOKED.format(""), _BOTH_TEXTUAL),
    ("Phi", f"<|tool_call|>[{_QUOTE}]<|/tool_call|>", QUOTE_CALL),
    ("Granite", f"<|tool_call|>[{_QUOTE}, {_NEWS}]<|end_of_text|>", BOTH_CALLS),
    (
        "LFM2",
        '<|tool_call_start|>[get_quote(symbol="AAPL"), get_news(symbol="MSFT", limit=5)]<|tool_call_end|>',
        BOTH_CALLS,
    ),
    (
        "Cohere",
        (
            "<|START_ACTION|>[\n    "
            f'{{"tool_call_id": "0", "tool_name": "get_quote", "parameters": {QUOTE}}}\n]<|END_ACTION|>'
        ),
        QUOTE_CALL,
    ),
    (
        "InternLM",
        f"<|action_start|><|plugin|>{named('get_quote', QUOTE, 'parameters')}<|action_end|>",
        QUOTE_CALL,
    ),
    (
        "Apertus",
        f'<|tools_prefix|>[{{"get_quote": {QUOTE}}}, {{"get_news": {NEWS}}}]<|tools_suffix|>',
        BOTH_CALLS,
    ),
    (
        "GPT-OSS",
        (
            "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary "
            f"to=functions.get_quote <|constrain|>json<|message|>{QUOTE}<|call|>"
        ),
        QUOTE_CALL,
    ),
    (
        "GPT-OSS with the recipient first",
        f"<|start|>assistant to=functions.get_quote<|channel|>commentary json<|message|>{QUOTE}<|call|>",
        QUOTE_CALL,
    ),
)
"""Name, text and meaning of a call that a template marks."""

_BARE: Final[tuple[tuple[str, str, tuple[NamedCall, ...]], ...]] = (
    ("no mark", named("get_quote", QUOTE, "parameters"), QUOTE_CALL),
    ("Llama with a type", f'{{"type": "function", "name": "get_quote", "parameters": {QUOTE}}}', QUOTE_CALL),
    ("a list", f"[{_QUOTE}, {_NEWS}]", BOTH_CALLS),
    ("semicolons", f"{_QUOTE}; {_NEWS}<|eot_id|>", BOTH_CALLS),
    ("lines", f"\n{_QUOTE}\n{_NEWS}\n", BOTH_CALLS),
    (
        "the form of the protocol",
        f'{{"tool_calls": [{{"id": "a", "type": "function", "function": {_QUOTE}}}]}}',
        QUOTE_CALL,
    ),
    ("Python", '[get_quote(symbol="AAPL"), get_news(symbol="MSFT", limit=5)]', BOTH_CALLS),
    ("Python without a list", 'get_quote(symbol="AAPL")', QUOTE_CALL),
)
"""The same for whole answers that no mark explains."""

WRITTEN_CALLS: Final = (
    *(
        Dialect(
            f"written call, {name}",
            sse(*words("Let me see.\n", text), *end()),
            "Let me see.\n",
            calls=expected,
            reason="tool_calls",
        )
        for name, text, expected in _FORMS
    ),
    *(
        Dialect(
            f"written call letter by letter, {name}",
            sse(*words(*text), *end()),
            calls=expected,
            reason="tool_calls",
        )
        for name, text, expected in (*_FORMS, *_BARE)
    ),
    Dialect(
        "written call and text behind it",
        sse(*words(f"One moment.<tool_call>{_QUOTE}</tool_call> Done."), *end()),
        "One moment. Done.",
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "written call with an invented result",
        sse(
            *words(
                f"<tool_call>{_QUOTE}</tool_call>\n<tool_response>\n", '{"price": 1}\n</tool_', "response>"
            ),
            *end(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "written call behind reasoning",
        sse(
            *words(
                f"<think>I could write <tool_call>{_NEWS}</tool_call> now.</think>\n"
                f"<tool_call>{_QUOTE}</tool_call>"
            ),
            *end(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "written call that is also sent as a call",
        sse(
            *words(f"<tool_call>{_QUOTE}</tool_call>"),
            chunk({"tool_calls": [part(0, "a", "get_quote", QUOTE)]}),
            *end("tool_calls"),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "written call and [DONE] alone",
        sse(*words(named("get_quote", QUOTE, "parameters"))),
        calls=QUOTE_CALL,
        reason="tool_calls",
        usage=None,
    ),
    Dialect(
        "written call with a finish reason in every chunk",
        sse(
            *(chunk({"content": text}, "stop") for text in ("<tool_", f"call>{_QUOTE}", "</tool_call>")),
            *end(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    *(
        Dialect(f"no written call: {name}", sse(*words(text), *end()))
        for name, text in (
            ("unknown tool", f"<tool_call>{named('get_weather', QUOTE)}</tool_call>"),
            ("unknown tool without a mark", named("get_weather", QUOTE, "parameters")),
            (
                "arguments that are cut",
                '<tool_call>{"name": "get_quote", "arguments": {"symbol": "AA</tool_call>',
            ),
            ("arguments that are cut, no mark", '{"name": "get_quote", "parameters": {"symbol": "AA'),
            ("arguments that are a list", '[TOOL_CALLS] [{"name": "get_quote", "arguments": ["AAPL"]}]'),
            ("words", "<tool_call>I would look it up.</tool_call>"),
            ("a built-in tool", "<|channel|>commentary to=python<|message|>print(1)<|call|>"),
        )
    ),
    *(
        Dialect(f"shown, no call: {name}", sse(*words(*text), *end()), text)
        for name, text in (
            (
                "a tag in a code block",
                f"Qwen writes:\n```xml\n<tool_call>\n{_QUOTE}\n</tool_call>\n```\nThat is all.",
            ),
            ("a tag in a span", f"Use `<tool_call>{_QUOTE}</tool_call>` or `[TOOL_CALLS]` and `<think>`."),
            ("JSON behind words", f"A call is {_QUOTE}"),
            ("JSON of something else", '{"name": "Apple", "price": 250, "currency": "USD"}'),
            ("JSON of unlike keys", '{"symbol": "AAPL"}'),
            ("a list of citations", "[1] Apple [2]"),
            ("a link", "[Apple](https://apple.com) is up"),
            ("a word like a tool", "get_quote is a tool"),
            ("marks in a code block", "```\n<|im_end|></s>\n```\nso"),
        )
    ),
)
"""Calls that are written as text."""

_ENDS: Final = (
    "</s>",
    "<|im_end|>",
    "<|eot_id|>",
    "<|endoftext|>",
    "<|end|>",
    "<end_of_turn>",
    "<|return|>",
    "<｜end▁of▁sentence｜>",
    "<|end_of_text|>",
    "<|END_OF_TURN_TOKEN|>",
    "<end_of_utterance>",
    "<eos>",
    "</s></s>",
    "<|im_end|>\n<|endoftext|>",
)
_STARTS: Final = (
    "<s>",
    "<bos>",
    "</s>",
    "<|im_end|>",
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<start_of_turn>model\n",
    "<|assistant|>\n",
    "<|begin_of_text|>",
    "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_RESPONSE|>",
    "<|channel|>final<|message|>",
)
TURN_MARKS: Final = (
    *(
        Dialect(f"end of turn {mark!r}", sse(*words("Yes. ", f"No.{mark}"), *end()), "Yes. No.")
        for mark in _ENDS
    ),
    *(
        Dialect(f"end of turn in letters {mark!r}", sse(*words("Yes.", *mark), *end()), "Yes.")
        for mark in _ENDS
    ),
    *(Dialect(f"start of turn {mark!r}", sse(*words(*f"{mark}Yes."), *end()), "Yes.") for mark in _STARTS),
    Dialect(
        "end of turn behind a code block", sse(*words("```\nx\n```", "<|im_", "end|>"), *end()), "```\nx\n```"
    ),
    Dialect(
        "an invented turn of the user",
        sse(*words("Yes.<|im_end|>\n<|im_start|>user\nAnd Tesla?<|im_end|>"), *end()),
        "Yes.",
    ),
    Dialect(
        "an invented turn of Llama",
        sse(*words("Yes.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnd Tesla?"), *end()),
        "Yes.",
    ),
    Dialect(
        "strikethrough",
        sse(*words("<b>was <s>250</s>, now 260</b> a</s>b"), *end()),
        "<b>was <s>250</s>, now 260</b> a</s>b",
    ),
    Dialect(
        "Cohere: thoughts",
        sse(*words("<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Yes<|END_RESPONSE|>"), *end()),
        "Yes",
    ),
)
"""Marks of turns; none of them is shown."""

OTHER_NAMES: Final = tuple(
    Dialect(f"the name {name}", calls([part(0, "a", name, QUOTE)]), calls=QUOTE_CALL, reason="tool_calls")
    for name in (
        "getQuote",
        "GetQuote",
        "get-quote",
        "Get_Quote",
        "GET_QUOTE",
        "get quote",
        "functions.get_quote:0",
        "functions.getQuote:0",
        "default_api.get_quote",
        "default_api.getQuote",
        "default_api:get_quote",
        "tools/get_quote",
        "get_quote()",
    )
)
"""Names of a tool in other spellings."""

CUSTOM_CALLS: Final = (
    Dialect(
        "a custom call",
        calls([{"index": 0, "id": "a", "type": "custom", "custom": {"name": "get_quote", "input": QUOTE}}]),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "a custom call in pieces",
        calls(
            [{"index": 0, "id": "a", "type": "custom", "custom": {"name": "get_quote", "input": ""}}],
            [{"index": 0, "custom": {"input": '{"symbol":'}}],
            [{"index": 0, "custom": {"input": ' "AAPL"}'}}],
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
)

_TEXT: Final = "Yes."
DONE_FORMS: Final = tuple(
    Dialect(f"the end {line!r}", sse(*words(_TEXT), line, *words(" late"), done=False), _TEXT, usage=None)
    for line in (
        b'data: "[DONE]"',
        b"data:[DONE]",
        b"data: [done]",
        b"data: [DONE]  ",
        b'data:  "[Done]" ',
        b"data: '[DONE]'",
    )
)
"""Ends of an answer; what follows them is not read."""
