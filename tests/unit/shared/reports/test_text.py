"""Text from outside, made fit to be shown."""

from html import unescape

import pytest
from markdown_it import MarkdownIt

from shared.reports.templates import escape_link, escape_markdown
from shared.reports.text import breakable, one_line, paragraphs, shortened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Apple\n Inc.\t", "Apple Inc."),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("\ud800lone", "lone"),
        ("שלום", "שלום"),
        ("क्ष\u200dय", "क्ष\u200dय"),
    ],
)
def test_one_line_has_text_alone(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_blank_lines_separate_paragraphs() -> None:
    assert paragraphs("One\ntwo.\n\n \n\nThree.\n") == ["One two.", "Three."]


def test_long_word_gets_places_to_break_but_never_before_a_mark() -> None:
    assert breakable("short words stay") == "short words stay"
    pieces = breakable("x" * 29 + "e\u0301" * 20).split("\u200b")
    assert len(pieces) > 1
    assert not any(piece.startswith("\u0301") for piece in pieces)
    assert max(map(len, pieces)) <= 31


def test_shortened_says_that_something_is_missing() -> None:
    assert shortened("abc", 3) == "abc"
    assert shortened("abcd", 3) == "ab…"


@pytest.mark.parametrize(
    "text",
    ["# Heading", "**b** `c`", "[x](javascript:1)", "<script>", "- item", "+ item", "1. item", "12) item",
     "&lt;b&gt;", "=== rule", "--- rule", "| cell", "~~x~~", "[1]: https://x", "![x](y)",
     "2026. A year", "123456789) A number", "See https://evil.example/a_b?c=1#d now", "HTTPS://EVIL.EXAMPLE",
     "www.evil.example", "ask a.b@evil.example", "mailto:a@evil.example", "ftp://evil.example", "<https://x.y>"],
)  # fmt: skip
def test_markdown_is_inert(text: str) -> None:
    # As GitHub renders it, which makes links of bare addresses.
    rendered = MarkdownIt("gfm-like").render(escape_markdown(text))
    shown = rendered.strip().removeprefix("<p>").removesuffix("</p>")
    assert "<" not in shown, rendered
    assert unescape(shown) == text


@pytest.mark.parametrize("text", ["It rose [2].", "-0.5%", "+1.2 USD", "0.81 USD", "12.5", "Q&A at AT&T"])
def test_what_is_no_markup_stays_as_it_is(text: str) -> None:
    assert escape_markdown(text) == text


def test_link_stays_within_its_brackets() -> None:
    assert escape_link("https://x/a b>c<d\\") == "https://x/a%20b%3Ec%3Cd%5C"


def test_link_has_other_characters_as_utf8() -> None:
    assert escape_link("https://x/ü?q=株") == "https://x/%C3%BC?q=%E6%A0%AA"
