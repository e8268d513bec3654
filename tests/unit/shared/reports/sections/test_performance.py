"""The section on returns calls the price what it is called of that kind of instrument."""

import pytest

from shared.reports.language.language_catalogue import Language
from tests.support.golden_reports import golden_report


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("pair", "en", "The rate fell over"),
        ("pair", "de", "Der Wechselkurs ist über"),
        ("pair", "ja", "為替レートは"),
        ("pair", "zh", "汇率在"),
        ("etf", "es", "El precio subió en"),
        ("rising", "fr", "Le cours a monté sur"),
    ],
)
async def test_returns_are_of_what_the_price_is_called(name: str, language: Language, said: str) -> None:
    report = await golden_report(name, "comprehensive_analysis", language)
    section = next(one for one in report.analysis_sections if one.name == "performance")
    assert said in section.content
