"""Tool calls as servers stream them."""

import json
from typing import Final

from tests.support.dialects.parts import NEWS, QUOTE, Dialect, calls, chunk, end, part, sse

TOOL_CALLS: Final = tuple(
    Dialect(name, body, calls=expected, reason="tool_calls")
    for name, body, expected in (
        (
            "by index in pieces",
            calls(
                [part(0, "a", "get_quote", "")],
                [part(1, "b", "get_news", "")],
                [part(0, arguments='{"symbol":'), part(1, arguments='{"symbol": "MSFT",')],
                [part(0, arguments=' "AAPL"}'), part(1, arguments=' "limit": 5}')],
            ),
            (("get_quote", QUOTE), ("get_news", NEWS)),
        ),
        (
            "all at index 0, told apart by id",
            calls(
                [part(0, "a", "get_quote", QUOTE)],
                [part(0, "b", "get_news", NEWS)],
            ),
            (("get_quote", QUOTE), ("get_news", NEWS)),
        ),
        (
            "all at index 0 in pieces",
            calls(
                [part(0, "a", "get_quote", '{"symbol":')],
                [part(0, None, None, ' "AAPL"}')],
                [part(0, "b", "get_quote", '{"symbol":')],
                [part(0, None, None, ' "MSFT"}')],
            ),
            (("get_quote", QUOTE), ("get_quote", '{"symbol": "MSFT"}')),
        ),
        (
            "all at index 0 without ids",
            calls(
                [part(0, "", "get_quote", QUOTE)],
                [part(0, "", "get_quote", '{"symbol": "MSFT"}')],
                [part(0, "", "get_news", NEWS)],
            ),
            (("get_quote", QUOTE), ("get_quote", '{"symbol": "MSFT"}'), ("get_news", NEWS)),
        ),
        (
            "no index",
            calls(
                [part(None, "a", "get_quote", '{"symbol":')],
                [part(None, None, None, ' "AAPL"}')],
                [part(None, "b", "get_news", NEWS)],
            ),
            (("get_quote", QUOTE), ("get_news", NEWS)),
        ),
        (
            "no index and no id, in one delta",
            calls(
                [part(None, None, "get_quote", QUOTE), part(None, None, "get_news", NEWS)],
            ),
            (("get_quote", QUOTE), ("get_news", NEWS)),
        ),
        (
            "index null, id null",
            sse(
                chunk(
                    {
                        "tool_calls": [
                            {
                                "index": None,
                                "id": None,
                                "type": None,
                                "function": {"name": "get_quote", "arguments": QUOTE},
                            }
                        ]
                    }
                ),
                *end("tool_calls"),
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "name and arguments null in later pieces",
            sse(
                chunk({"tool_calls": [part(0, "a", "get_quote", "")]}),
                chunk(
                    {"tool_calls": [{"index": 0, "id": None, "function": {"name": None, "arguments": QUOTE}}]}
                ),
                chunk({"tool_calls": [{"index": 0, "function": {"name": None, "arguments": None}}]}),
                chunk({"tool_calls": [{"index": 0, "function": None}]}),
                *end("tool_calls"),
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "index as text",
            calls([part("0", "a", "get_quote", QUOTE)], [part("1", "b", "get_news", NEWS)]),
            (("get_quote", QUOTE), ("get_news", NEWS)),
        ),
        (
            "one id for all calls",
            calls([part(0, "x", "get_quote", QUOTE)], [part(1, "x", "get_news", NEWS)]),
            (("get_quote", QUOTE), ("get_news", NEWS)),
        ),
        (
            "a new id with every piece",
            calls(
                [part(0, "a", "get_quote", "")],
                [part(0, "b", None, '{"symbol":')],
                [part(0, "c", None, ' "AAPL"}')],
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "an id that comes later",
            calls([part(0, None, "get_quote", "")], [part(0, "a", None, QUOTE)]),
            (("get_quote", QUOTE),),
        ),
        ("an id that is a number", calls([part(0, 7, "get_quote", QUOTE)]), (("get_quote", QUOTE),)),
        (
            "arguments as an object",
            calls([part(0, "a", "get_quote", {"symbol": "AAPL"})]),
            (("get_quote", QUOTE),),
        ),
        (
            "a closing duplicate",
            calls(
                [part(0, "a", "get_quote", '{"symbol":')],
                [part(0, None, None, ' "AAPL"}')],
                [part(0, "a", "get_quote", QUOTE)],
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "a closing duplicate without an id",
            calls(
                [part(0, "a", "get_quote", QUOTE)],
                [part(0, None, "get_quote", '{"symbol":"AAPL"}')],
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "a closing duplicate of the name alone",
            calls(
                [part(0, "a", "get_quote", QUOTE)],
                [part(0, "a", "get_quote", "")],
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "all of the text with every piece",
            calls(
                [part(0, "a", "get_quote", '{"symbol"')],
                [part(0, "a", "get_quote", '{"symbol": "AA')],
                [part(0, "a", "get_quote", QUOTE)],
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "the name with every piece",
            calls(
                [part(0, "a", "get_quote", '{"symbol":')],
                [part(0, "a", "get_quote", ' "AAPL"}')],
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "names in pieces",
            calls(
                [part(0, "a", "get_", "")],
                [part(0, None, "quote", "")],
                [part(0, None, None, QUOTE)],
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "names in growing pieces",
            calls(
                [part(0, "a", "get_", "")],
                [part(0, "a", "get_quote", "")],
                [part(0, None, None, QUOTE)],
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "two calls without arguments and ids",
            calls(
                [part(None, None, "get_quote", "")],
                [part(None, None, "get_news", "")],
            ),
            (("get_quote", "{}"), ("get_news", "{}")),
        ),
        (
            "two calls without arguments and ids, in another spelling",
            calls([part(0, None, "getQuote", "")], [part(0, None, "getNews", "")]),
            (("get_quote", "{}"), ("get_news", "{}")),
        ),
        (
            "a prefix of the name",
            calls([part(0, "a", "functions.get_quote", QUOTE)]),
            (("get_quote", QUOTE),),
        ),
        (
            "a prefix in pieces",
            calls([part(0, "a", "functions.", "")], [part(0, "a", "get_quote", QUOTE)]),
            (("get_quote", QUOTE),),
        ),
        ("prefix and number", calls([part(0, "a", "functions.get_quote:0", QUOTE)]), (("get_quote", QUOTE),)),
        (
            "marks of a template in the name",
            calls([part(0, "a", "get_quote<|channel|>commentary", QUOTE)]),
            (("get_quote", QUOTE),),
        ),
        ("an unknown tool", calls([part(0, "a", "functions.get_weather", "{}")]), (("get_weather", "{}"),)),
        ("JSON within JSON", calls([part(0, "a", "get_quote", json.dumps(QUOTE))]), (("get_quote", QUOTE),)),
        (
            "JSON within JSON, in pieces",
            calls(
                [part(0, "a", "get_quote", '"{')],
                [part(0, None, None, '\\"symbol\\": \\"AAPL\\"')],
                [part(0, None, None, '}"')],
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "a code fence",
            calls([part(0, "a", "get_quote", f"```json\n{QUOTE}\n```")]),
            (("get_quote", QUOTE),),
        ),
        (
            "a code fence in pieces",
            calls(
                [part(0, "a", "get_quote", "```")],
                [part(0, None, None, f"\n{QUOTE}")],
                [part(0, None, None, "\n```")],
            ),
            (("get_quote", QUOTE),),
        ),
        ("a list with the object", calls([part(0, "a", "get_quote", f"[{QUOTE}]")]), (("get_quote", QUOTE),)),
        (
            "an empty object before the arguments",
            calls(
                [part(0, "a", "get_quote", "{}")],
                [part(0, None, None, QUOTE)],
            ),
            (("get_quote", QUOTE),),
        ),
        ("the object twice", calls([part(0, "a", "get_quote", QUOTE + QUOTE)]), (("get_quote", QUOTE),)),
        (
            "a literal of Python",
            calls([part(0, "a", "get_quote", "{'symbol': 'AAPL', 'day': None}")]),
            (("get_quote", '{"symbol": "AAPL", "day": null}'),),
        ),
        (
            "a comma at the end",
            calls([part(0, "a", "get_quote", '{"symbol": "AAPL",}')]),
            (("get_quote", QUOTE),),
        ),
        (
            "a literal that is no JSON",
            calls([part(0, "a", "get_quote", "{'symbol': b'AAPL'}")]),
            (("get_quote", "{'symbol': b'AAPL'}"),),
        ),
        (
            "parameters in place of arguments",
            calls(
                [{"index": 0, "id": "a", "function": {"name": "get_quote", "parameters": {"symbol": "AAPL"}}}]
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "an empty id and name with every piece",
            calls(
                [part(0, "a", "get_quote", "")],
                [part(0, "", "", QUOTE)],
                [{"index": 0, "id": None, "type": None, "function": None}],
            ),
            (("get_quote", QUOTE),),
        ),
        ("no arguments", calls([part(0, "a", "get_quote")]), (("get_quote", "{}"),)),
        ("arguments null", calls([part(0, "a", "get_quote", "null")]), (("get_quote", "{}"),)),
        (
            "arguments cut off",
            calls([part(0, "a", "get_quote", '{"symbol": "AA')]),
            (("get_quote", '{"symbol": "AA'),),
        ),
        (
            "not a number",
            calls([part(0, "a", "get_quote", '{"symbol": NaN}')]),
            (("get_quote", '{"symbol": null}'),),
        ),
        (
            "half a character in arguments",
            calls([part(0, "a", "get_quote", '{"symbol": "\\ud83d"}')]),
            (("get_quote", '{"symbol": "\ufffd"}'),),
        ),
        (
            "a line break within a text",
            calls([part(0, "a", "get_quote", '{"symbol": "A\nB"}')]),
            (("get_quote", '{"symbol": "A\\nB"}'),),
        ),
        (
            "the older form",
            sse(
                chunk({"function_call": {"name": "get_quote", "arguments": ""}}),
                chunk({"function_call": {"arguments": QUOTE}}),
                *end("function_call"),
            ),
            (("get_quote", QUOTE),),
        ),
        (
            "finish reason stop",
            sse(chunk({"tool_calls": [part(0, "a", "get_quote", QUOTE)]}), *end("stop")),
            (("get_quote", QUOTE),),
        ),
        (
            "flat, without function",
            calls([{"index": 0, "id": "a", "name": "get_quote", "arguments": QUOTE}]),
            (("get_quote", QUOTE),),
        ),
        (
            "one call and no list",
            sse(chunk({"tool_calls": part(0, "a", "get_quote", QUOTE)}), *end("tool_calls")),
            (("get_quote", QUOTE),),
        ),
    )
)
