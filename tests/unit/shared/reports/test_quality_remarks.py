"""Remarks on the data in the language of the report."""

from typing import get_args

import pytest

from shared.domain.market_data import Remark, RemarkCode
from shared.reports.language.language_catalogue import LANGUAGES, Language, catalogue_of
from shared.reports.language.writer import Writer
from shared.reports.quality_remarks import remarks_of
from tests.support.stock_data import HISTORY, QUOTE, TECHNICALS

JUMP = Remark(
    code="unexplained_jump",
    detail="The price moves by the factor 1/2 on 2026-11-02, by the factor 2 on 2026-11-03 without a cause.",
)
SHORT = Remark(code="short_history", detail="RSI may not have settled: there are 12 of 250 candles.")
PARTS = {
    "quote": QUOTE.model_copy(update={"quality": (SHORT,)}),
    "technicals": TECHNICALS.model_copy(update={"quality": (SHORT, JUMP)}),
}


def test_english_reports_have_the_details_as_they_come_each_once() -> None:
    assert remarks_of(PARTS, Writer.of("en")) == (SHORT, JUMP)


def test_remark_on_an_index_names_it() -> None:
    index = HISTORY.model_copy(update={"symbol": "^GSPC", "quality": (JUMP,)})
    (remark,) = remarks_of({"quote": QUOTE, "index": index}, Writer.of("en"))
    assert remark.detail == f"^GSPC: {JUMP.detail}"
    (remark,) = remarks_of({"quote": QUOTE, "index": index}, Writer.of("de"))
    assert remark.detail.startswith("Index: ")


def test_other_languages_name_data_meaning_and_days() -> None:
    quote, technicals, jump = remarks_of(PARTS, Writer.of("de"))
    assert (quote.code, technicals.code, jump.code) == ("short_history", "short_history", "unexplained_jump")
    assert quote.detail.startswith("Kurs: Der Kursverlauf ist kurz")
    assert technicals.detail.startswith("Technische Indikatoren: ")
    assert technicals.detail.endswith("Handelstage davor: 12.")
    assert jump.detail.endswith("Werte: 1/2 und 2. Betroffene Tage: 2. November 2026 und 3. November 2026.")


@pytest.mark.parametrize(
    ("code", "detail", "end"),
    [
        ("dropped_candles", "3 candles dropped, without a close: 2026-11-02 and 2 more.", "Anzahl: 3. Betr"),
        ("repaired_candles", "The split 4:1 of 2026-11-02 was applied.", "Werte: 4:1. Betr"),
        ("market_value_mismatch", "Market value 3,210,000 is not 1,605,000.5.", "3.210.000 und 1.605.000,5."),
        ("converted_currency", "Converted at 0.0312 USD for 1 TWD.", "Werte: 0,0312 USD und 1 TWD."),
        ("stale_component", "The 10-K for the period to 2026-09-30 is missing.", "noch fehlt. Betr"),
        ("unadjusted_prices", "No indicators are computed.", "nicht berechnet."),
    ],
)
def test_other_languages_keep_the_figures(code: RemarkCode, detail: str, end: str) -> None:
    quote = QUOTE.model_copy(update={"quality": (Remark(code=code, detail=detail),)})
    (remark,) = remarks_of({"quote": quote}, Writer.of("de"))
    assert end in remark.detail


def test_settled_indicators_need_no_remark() -> None:
    known = {**PARTS, "history": HISTORY.model_copy(update={"candles": HISTORY.candles[:1] * 250})}
    assert remarks_of(known, Writer.of("en")) == (SHORT, JUMP)
    assert remarks_of({**known, "quote": QUOTE}, Writer.of("en")) == (JUMP,)


def test_without_remarks_there_are_none() -> None:
    assert remarks_of({"quote": QUOTE}, Writer.of("ja")) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remark_has_a_sentence_in_every_language(language: Language) -> None:
    catalogue = catalogue_of(language)
    assert all(catalogue.text(f"quality.{code}") for code in get_args(RemarkCode))
