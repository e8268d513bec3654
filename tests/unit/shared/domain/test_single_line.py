"""Titles on one line."""

import pytest

from shared.data.documents import title_of
from shared.domain.single_line import single_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  How is\n\tApple?  ", "How is Apple?"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a \x00 b", "a b"),
        ("👩\u200d💻 שלום\u200f 株", "👩\u200d💻 שלום\u200f 株"),
        ("\u200b\u200b", ""),
        ("\x00", ""),
        ("", ""),
    ],
)
def test_text_becomes_one_visible_line(text: str, line: str) -> None:
    assert single_line(text) == line


def test_derived_title_is_one_too() -> None:
    assert title_of("How is\x00 Apple\nand SAP?") == "How is Apple and SAP?"
