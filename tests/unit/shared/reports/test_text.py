"""Text from outside, made fit to be shown."""

import re
from html import unescape

import pytest
from markdown_it import MarkdownIt

from shared.reports.rendering.view import view_of
from shared.reports.templates import escape_link, escape_markdown
from shared.reports.text import breakable, one_line, paragraphs, shortened, without_markdown
from tests.support.golden_reports import golden_report


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
    ["# Heading", "**b** `c`", "(mail a@evil.example)", "1.", "-", "WWW.evil.example", "x &#60;b&#62;",
     "[x](javascript:1)", "<script>", "- item", "+ item", "1. item", "12) item",
     "&lt;b&gt;", "=== rule", "--- rule", "| cell", "~~x~~", "[1]: https://x", "![x](y)",
     "2026. A year", "123456789) A number", "See https://evil.example/a_b?c=1#d now", "HTTPS://EVIL.EXAMPLE",
     "www.evil.example", "ask a.b@evil.example", "mailto:a@evil.example", "ftp://evil.example", "<https://x.y>",
     "//evil.example", "a" * 40 + "://evil.example"],
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


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Apple **gained** 3% [1] and *not* 5.", "Apple gained 3% [1] and not 5."),
        ("## Outlook\nIt grows [2].", "Outlook\nIt grows [2]."),
        ("Two points:\n- it grows\n- it pays", "Two points:\n\nit grows\n\nit pays"),
        ("See [the report](https://example.com/a_b) and `code`.", "See the report and code."),
        ("**The __fair__ value** is 5 * 3 * 2.", "The fair value is 5 * 3 * 2."),
        ("It fell by \u22125 % on 12. November.", "It fell by \u22125 % on 12. November."),
        ("a_b and snake__case__name stay", "a_b and snake__case__name stay"),
        ("Revenue grew 5% [1](https://www.sec.gov/x).", "Revenue grew 5% [1]."),
        (
            "It grew [1, 2](https://www.sec.gov/x) and [[3]](https://www.sec.gov/y).",
            "It grew [1, 2] and [3].",
        ),
    ],
)
def test_marks_of_markdown_are_no_prose(written: str, plain: str) -> None:
    assert without_markdown(written) == plain


def test_spaces_that_hold_a_figure_together_stay() -> None:
    assert one_line("12\u202f345\u00a0%  of\u00a0 it\n") == "12\u202f345\u00a0% of\u00a0 it"
    assert escape_markdown("2,75\u00a0% [3]") == "2,75\u00a0% [3]"
    assert one_line("\u00a0\u0007a\u202eb\u00a0") == "ab"


async def test_figures_of_a_french_report_do_not_break_from_their_units() -> None:
    view = view_of(await golden_report("rising", "fundamental_analysis", "fr"))
    text = " ".join(part for section in view.sections for part in section.paragraphs)
    assert re.search(r"\d\u00a0%|\d\u202f%", text)
    assert not re.search(r"\d %|\d \d{3}\b", text)
