"""Numbers and names in bold, in italics and as code are read as without."""

import pytest

from shared.figures.reading.emphasis import PlainText


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("The P/E is **34.1**, the yield *0.42%*.", "The P/E is 34.1, the yield 0.42%."),
        ("**1.0315**–**1.0416** and ***50*** days", "1.0315–1.0416 and 50 days"),
        ("__Apple__ (`AAPL`) is at _$250.50_", "Apple (AAPL) is at $250.50"),
        ("EPS of $7.35* and \\$1.04", "EPS of $7.35 and $1.04"),
        ("€**0.964**; beat **seven** times", "€0.964; beat seven times"),
        ("* item of a list", "* item of a list"),
        ("<b>34.1</b> times&nbsp;earnings, L&#39;Oréal<br>€5", "34.1 times\u00a0earnings, L'Oréal €5"),
        (r"\( \approx 12\% \), \(\$5\)", "≈ 12%, $5"),
        (
            r"about $12\%$ of $5.42 billion and $\text{EPS} \times 2$",
            "about 12% of $5.42 billion and EPS × 2",
        ),
        (r"costs $5 of 12\% and $8", "costs $5 of 12% and $8"),
        ("5.4\u2060% and 7\u2009%", "5.4% and 7\u202f%"),
        ("(1.5)**(1/3), 2**3, 2 * 3 = 6, trailing_pe", "(1.5)**(1/3), 2**3, 2 * 3 = 6, trailing_pe"),
    ],
)
def test_marks_of_emphasis_are_taken_out(written: str, text: str) -> None:
    assert PlainText(written).text == text


def test_a_part_is_found_where_it_was_written() -> None:
    written = "The P/E is **34.1**, and *the yield* **0.42%**."
    plain = PlainText(written)
    for part in ("34.1", "0.42%", "The P/E is "):
        start = plain.text.index(part)
        begin, end = plain.span(start, start + len(part))
        assert written[begin:end] == plain.written(start, start + len(part)) == part
