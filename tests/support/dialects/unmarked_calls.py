"""Calls of tools beside words, without any mark, and where no call belongs: in reasoning, in errors."""

import json
from typing import Final

from tests.support.dialects.parts import NEWS, QUOTE, Dialect, chunk, end, sse, words
from tests.support.dialects.written_calls import BOTH_CALLS, QUOTE_CALL, named

_QUOTE: Final = named("get_quote", QUOTE)
_NEWS: Final = named("get_news", NEWS)
_SAID: Final = "Let me see.\n"

_BESIDE_WORDS: Final = (
    ("JSON", _QUOTE, QUOTE_CALL),
    ("JSON on several lines", json.dumps(json.loads(_QUOTE), indent=2), QUOTE_CALL),
    ("two lines of JSON", f"{_QUOTE}\n{_NEWS}\n", BOTH_CALLS),
    ("a list", f"[\n{_QUOTE},\n{_NEWS}\n]", BOTH_CALLS),
    ("a code block", f"```json\n{_QUOTE}\n```", QUOTE_CALL),
    ("a code block without a language", f"```\n[{_QUOTE}, {_NEWS}]\n```\n", BOTH_CALLS),
    ("a code block without an end", f"```json\n{_QUOTE}\n", QUOTE_CALL),
    ("a code block of Python", '```python\nget_quote(symbol="AAPL")\n```', QUOTE_CALL),
    ("Python", '[get_quote(symbol="AAPL"), get_news(symbol="MSFT", limit=5)]\n', BOTH_CALLS),
    ("Phi: functools", f"functools[{_QUOTE}, {_NEWS}]", BOTH_CALLS),
    ("Functionary", f">>>get_quote\n{QUOTE}>>>get_news\n{NEWS}", BOTH_CALLS),
    ("Functionary without its first mark", f"get_quote\n{QUOTE}", QUOTE_CALL),
    ("ReAct", f"Action: get_quote\nAction Input: {QUOTE}", QUOTE_CALL),
    ("ReAct with emphasis", f"**Action:** `get_quote`\n**Action Input:**\n```json\n{QUOTE}\n```", QUOTE_CALL),
    (
        "ReAct with one object",
        f'Action:\n```json\n{{"action": "get_quote", "action_input": {QUOTE}}}\n```\nObservation: 1',
        QUOTE_CALL,
    ),
    (
        "a tag with a name",
        f'<tool_call name="get_quote">{QUOTE}</tool_call>',
        QUOTE_CALL,
    ),
    (
        "arguments beside the function",
        (
            '<tool-use>{"tool_calls": [{"function": {"name": "get_quote"}, '
            f'"parameters": {QUOTE}}}]}}</tool-use>'
        ),
        QUOTE_CALL,
    ),
    (
        "ReAct with an invented result",
        f"Action: get_quote\nAction Input: {QUOTE}\nObservation: 1\nFinal Answer: It is 1.",
        QUOTE_CALL,
    ),
)

_TEXTS: Final = (
    ("an object with a name and parameters", '{"name": "Apple Inc.", "parameters": {"pe": 30}}'),
    ("JSON of something else", 'Here:\n```json\n{"name": "Apple", "price": 250}\n```\nSo.'),
    ("JSON of an unknown tool", f"Here:\n{named('get_weather', QUOTE)}\nSo."),
    ("JSON in another language's block", f"```js\n{_QUOTE}\n```"),
    ("JSON within other code", f"```json\n// a call\n{_QUOTE}\n```"),
    ("a list with something else", f"Here:\n[{_QUOTE}, 5]"),
    ("words behind JSON on its line", f"Here:\n{_QUOTE} is a call."),
    ("JSON that is cut", 'Here:\n{"name": "get_quote", "arguments": {"symbol": "AA'),
    ("an action of a company", "Action: buy back\nAction Input: shares"),
    ("actions", "Actions of Apple\n**Action** is needed"),
    ("a quotation", "> Apple is up\n>> 5 %\n>>> so\na > b"),
    ("a thought", "Thought: Apple is up.\nThat is all."),
    ("a name above words", "get_quote\nis a tool"),
    ("a name on its line", "The tool is\nget_quote"),
    ("functools of Python", "functools.reduce is\nfunctools[x]"),
    ("a mark that a sentence names", "The tag <tool_call> starts a call. Apple is up 2 %."),
    ("a mark of reasoning that a sentence names", "Models write <think> first. Apple is up."),
)

_OUTPUT: Final = '<function=get_quote{"symbol": "AAPL"}</function>'


def _refusal(output: str) -> dict[str, object]:
    return {
        "error": {
            "message": "Failed to call a function.",
            "code": "tool_use_failed",
            "failed_generation": output,
        }
    }


def _thoughts(*texts: str) -> list[object]:
    return [chunk({"reasoning_content": text}) for text in texts]


UNMARKED_CALLS: Final = (
    *(
        Dialect(
            f"call beside words, {name}",
            sse(*words(_SAID, *text), *end()),
            _SAID,
            calls=expected,
            reason="tool_calls",
        )
        for name, text, expected in _BESIDE_WORDS
    ),
    *(
        Dialect(f"call alone, {name}", sse(*words(*text), *end()), calls=expected, reason="tool_calls")
        for name, text, expected in _BESIDE_WORDS
    ),
    *(Dialect(f"shown beside words: {name}", sse(*words(*text), *end()), text) for name, text in _TEXTS),
    Dialect(
        "call before words",
        sse(*words(*f"{_QUOTE}\n\nI wait."), *end()),
        "\nI wait.",
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "call behind blank lines",
        sse(*words("\n", f"\n```json\n{_QUOTE}\n```\n"), *end()),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "ReAct: a thought and a call",
        sse(*words(*f"Thought: Hm.\nAction: get_quote\nAction Input: {QUOTE}"), *end()),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "ReAct: a thought and the answer",
        sse(*words(*"Thought: Hm.\nFinal Answer: Apple is up."), *end()),
        "Apple is up.",
    ),
    Dialect("Functionary: words", sse(*words(*">>>all\nApple is up."), *end()), "Apple is up."),
    *(
        Dialect(name, sse(*chunks, *end()), calls=QUOTE_CALL, reason="tool_calls")
        for name, chunks in (
            ("a call at the end of reasoning", _thoughts("Hm.\n<tool_call>\n", f"{_QUOTE}\n</tool_call>")),
            ("JSON at the end of reasoning", _thoughts("Hm.\n", _QUOTE)),
            ("a call within <think>", words(f"<think>Hm.\n<tool_call>{_QUOTE}</tool_call>")),
            ("a call in closed <think>", words(f"<think>Hm.\n<tool_call>{_QUOTE}</tool_call></think>\n")),
        )
    ),
    Dialect(
        "a call in reasoning and an answer",
        sse(*_thoughts(f"Hm.\n<tool_call>{_QUOTE}</tool_call>"), *words("Yes."), *end()),
        "Yes.",
    ),
    Dialect(
        "a call in reasoning that words discard",
        sse(*_thoughts(f"Hm. <tool_call>{_QUOTE}</tool_call> But no."), *end()),
    ),
    Dialect(
        "Groq: output that it could not read",
        sse(b"event: error\ndata: " + json.dumps(_refusal(_OUTPUT)).encode(), done=False),
        calls=QUOTE_CALL,
        reason="tool_calls",
        usage=None,
    ),
    Dialect(
        "Groq: output of words",
        sse(_refusal("Apple is up."), done=False),
        "Apple is up.",
        usage=None,
    ),
    Dialect(
        "Groq: output with an unknown tool",
        sse(_refusal(named("get_weather", QUOTE)), done=False),
        reason="",
        error="ProviderUnavailableError",
        says="tool_use_failed",
    ),
)
"""Calls that no mark explains, and texts that only look like one."""
