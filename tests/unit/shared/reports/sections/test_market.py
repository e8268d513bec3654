"""The sections on price and technical picture: no change of zero percent, no place beyond a range."""

from dataclasses import replace

import pytest

from shared.reports.data import ReportData
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Writer
from shared.reports.sections.market import PRICE, compose_lead
from tests.support.golden_reports import GOLDEN

COIN = GOLDEN["crypto"]


def priced(price: float, previous: float) -> ReportData:
    """Data of a coin at a price, after a close."""
    update = {
        "price": price,
        "previous_close": previous,
        "change": price - previous,
        "change_percent": (price / previous - 1) * 100,
    }
    return ReportData(COIN.quote.model_copy(update=update), COIN.technicals, history=COIN.history)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("price", [50_000.9, 49_999.1])
def test_change_that_reads_as_zero_percent_is_none(price: float, language: Language) -> None:
    writer = Writer.of(language, "USD")
    said = compose_lead(priced(price, 50_000.0), writer)
    assert said.endswith(writer.say("lead.level", previous=50_000.0, cite="[1]"))
    assert "%" not in said


@pytest.mark.parametrize(
    ("price", "key"),
    [(50_500.0, "up"), (49_500.0, "down"), (50_000.001, "unchanged"), (50_000.0, "unchanged")],
)
def test_other_changes_keep_their_words(price: float, key: str) -> None:
    writer = Writer.of("en", "USD")
    change = abs(price / 50_000 - 1) * 100
    said = compose_lead(priced(price, 50_000.0), writer)
    cite = "[1]"
    assert said.endswith(writer.say(f"lead.{key}", change=change, previous=50_000.0, cite=cite))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("factor", "place"), [(1.5, "above_range"), (0.5, "below_range"), (1.0, "near_high")]
)
def test_price_beyond_its_range_is_not_called_close_to_its_end(
    factor: float, place: str, language: Language
) -> None:
    writer, known = Writer.of(language, "USD"), COIN.technicals
    end = known.week_52_low if factor < 1 else known.week_52_high
    assert end is not None
    data = replace(priced(end * factor, end), technicals=known)
    said = PRICE.compose(data, writer)
    assert said.endswith(writer.say(f"price.{place}", what=writer.text("what.price")))
