"""Sentences and figures as people of each language write them."""

from datetime import date

import pytest

from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Money, Style, Writer

NB, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("language", "price", "percent", "large"),
    [
        ("en", "−1,234.50 USD", "+8.00%", "3.21B"),
        ("de", "−1.234,50 USD", f"+8,00{NB}%", f"3,21{NB}Mrd."),
        ("fr", f"−1{NARROW}234,50 USD", f"+8,00{NB}%", f"3,21{NB}milliards"),
        ("es", "−1.234,50 USD", f"+8,00{NB}%", f"3.210{NB}millones"),
        ("ja", "−1,234.50 USD", "+8.00%", "32.10億"),
        ("zh", "−1,234.50 USD", "+8.00%", "32.10亿"),
    ],
)
def test_figures_have_the_separators_and_scales_of_the_language(
    language: Language, price: str, percent: str, large: str
) -> None:
    writer = Writer.of(language, "USD")
    assert writer.figure(-1234.5, "price") == price
    assert writer.figure(0.08, "signed_fraction") == percent
    assert writer.figure(3_210_000_000, "large") == large


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "28 November 2026"),
        ("de", "28. November 2026"),
        ("fr", "28 novembre 2026"),
        ("es", "28 de noviembre de 2026"),
        ("ja", "2026年11月28日"),
        ("zh", "2026年11月28日"),
    ],
)
def test_dates_are_written_as_in_the_language(language: Language, written: str) -> None:
    assert Writer.of(language).day(date(2026, 11, 28)) == written


@pytest.mark.parametrize(
    ("value", "style", "written"),
    [
        (-0.00001, "signed_fraction", "0.00%"),
        (12.345, "times", "12.3"),
        (0.5, "price", "0.5000 USD"),
        (950_000, "amount", "950,000 USD"),
        (Money(5e12, "JPY"), "amount", "5.00T JPY"),
        (Money(1234.5, "JPY"), "price", "1,234 JPY"),
        (-0.4, "score", "−0.40"),
        (None, "price", "–"),
    ],
)
def test_styles(value: float | None, style: Style, written: str) -> None:
    assert Writer.of("en", "USD").figure(value, style) == written


def test_sentence_with_an_unknown_figure_is_left_out() -> None:
    writer = Writer.of("en", "USD")
    assert writer.say("price.day", low=1.0, high=None, cite="[1]") == ""
    assert writer.paragraph("One.", "", "Two.") == "One. Two."
    assert Writer.of("ja").paragraph("一。", "", "二。") == "一。二。"


def test_plural_follows_the_rules_of_the_language() -> None:
    one, two = (
        [Writer.of(language, "USD").say_counted("analysts.targets", count, target=9.0, cite="[1]")
         for language in LANGUAGES]
        for count in (1, 2)
    )  # fmt: skip
    assert one[0].startswith("One analyst sees")
    assert two[0].startswith("2 analysts see")
    assert "Ein Analyst" in one[1]
    assert "2位" in two[5]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_end_with_the_word_of_the_language(language: Language) -> None:
    writer = Writer.of(language)
    assert writer.listed(["a", "b", "c"]).endswith(f"{writer.text('format.and')}c")
    assert writer.listed(["a"]) == "a"


@pytest.mark.parametrize(("decimals", "price"), [(None, "0.4567"), (0, "0"), (4, "0.4567")])
def test_decimals_of_an_instrument_may_be_none_at_all(decimals: int | None, price: str) -> None:
    writer = Writer.of("en", None, decimals)
    assert writer.figure(0.4567, "price") == price
    assert writer.points_decimals == (2 if decimals is None else decimals)


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        (6.53, "JPY", "6.53 JPY"),
        (119.15, "JPY", "119 JPY"),
        (0.26, "USD", "0.26 USD"),
        (0.2575, "USD", "0.2575 USD"),
        (-0.0042, "USD", "\u22120.0042 USD"),
        (7.5, "USD", "7.50 USD"),
        (0.0, "USD", "0.00 USD"),
        (0.045, "KWD", "0.045 KWD"),
        (1.2, None, "1.20"),
    ],
)
def test_amounts_per_share_have_decimals_of_their_own(
    value: float, currency: str | None, written: str
) -> None:
    assert Writer.of("en", currency, 0).figure(value, "per_share") == written


def test_months_do_not_depend_on_the_languages_before() -> None:
    languages: tuple[Language, ...] = ("ja", "es", "fr", "zh", "de", "en", "es", "fr")
    assert [Writer.of(language).month(date(2026, 3, 1)) for language in languages] == [
        "3月", "mar", "mars", "3月", "Mär", "Mar", "mar", "mars",
    ]  # fmt: skip


def test_sentence_that_ends_with_an_abbreviation_has_one_full_stop() -> None:
    day = date(2026, 11, 27)
    said = Writer.of("de").say("view.chart", title="Kurs", first=day, last=day, latest="Volumen 10,56 Mio.")
    assert said.endswith("Volumen 10,56 Mio.")
    assert not said.endswith("..")


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("fr", 1_000_000, f"1,00{NB}million"),
        ("fr", -1_990_000, f"−1,99{NB}million"),
        ("fr", 1_996_000, f"2,00{NB}millions"),
        ("fr", 1_500_000_000, f"1,50{NB}milliard"),
        ("es", 1_000_000, f"1,00{NB}millón"),
        ("es", 1_500_000, f"1,50{NB}millones"),
        ("es", 999_999_999, f"1.000{NB}millones"),
        ("es", 1_000_000_000_000, f"1,00{NB}billón"),
        ("de", 1_000_000, f"1,00{NB}Mio."),
        ("en", 999_999_999, "1.00B"),
        ("ja", 99_999_999, "1.00億"),
    ],
)
def test_scale_agrees_with_the_number_as_written(language: Language, value: float, written: str) -> None:
    assert Writer.of(language).figure(value, "large") == written
