"""Names of companies that are listed several times, of those that hold shares, and customary ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.figures.checker import check_figures
from shared.figures.facts.company_names import (
    CompanyForms,
    forms_of,
    holder_names,
    names_of,
    other_listings,
    well_known_companies,
)
from shared.figures.reading.lexicon import Lexicon, places_of, tokens
from tests.evaluation.figures.application_worlds import application_worlds

FORMAL_NAMES = Path(__file__).with_name("formal_names.txt")
"""Lines of symbol, formal name and customary names; the names in the form in which Yahoo gives them."""
QUOTE = {"symbol": "2330.TW", "price": 921.26, "currency": "TWD"}


def test_other_listings_of_a_company_are_known() -> None:
    assert other_listings(["2330.TW", "GOOGL"]) == {"TSM": "2330.TW", "GOOG": "GOOGL"}


def test_a_listing_of_its_own_facts_keeps_its_names() -> None:
    assert other_listings(["2330.TW", "TSM"]) == {}


@pytest.mark.parametrize("text", ["TSMC trades at NT$921.26.", "台积电最新股价为921.26元新台币。"])
def test_a_name_means_the_listing_that_the_facts_have(text: str) -> None:
    check = check_figures(text, [QUOTE, {"symbol": "AAPL", "price": 250.5, "currency": "USD"}])
    assert not [*check.unsupported, *check.misattributed]


def test_word_that_many_holders_share_is_no_name() -> None:
    assert "Management" not in list(holder_names("Geode Capital Management"))


def test_name_that_is_a_verb_as_well_heads_a_row() -> None:
    table = "| Stock | Price | Mean target |\n|---|---|---|\n| Vale | R$56.22 | R$56.83 |"
    check = check_figures(table, application_worlds()["app/f_latam"])
    assert check.stated == check.supported == 2


@pytest.mark.parametrize(
    ("full", "customary"),
    [
        ("Telefonaktiebolaget LM Ericsson", "Ericsson"),
        ("Koninklijke Philips N.V.", "Philips"),
        ("Compagnie Générale des Établissements Michelin", "Michelin"),
        ("Dr. Ing. h.c. F. Porsche AG", "Porsche"),
        ("Assicurazioni Generali S.p.A.", "Generali"),
        ("Petróleo Brasileiro S.A. - Petrobras", "Petrobras"),
        ("Banco Santander, S.A.", "Santander"),
        ("ORLEN Spółka Akcyjna", "Orlen"),
        ("The J. M. Smucker Company", "Smucker"),
        ("3i Group plc", "3i"),
        ("1-800-FLOWERS.COM, Inc.", "1-800-Flowers"),
        ("United States Steel Corporation", "U.S. Steel"),
        ("United States Cellular Corporation", "US Cellular"),
        ("Fast Retailing Co., Ltd.", "Uniqlo"),
    ],
)
def test_customary_name_is_known(full: str, customary: str) -> None:
    assert customary in set(names_of("", full))


@pytest.mark.parametrize(
    ("full", "other"),
    [
        ("Banco de Chile", "Chile"),
        ("Banco do Brasil S.A.", "Brasil"),
        ("iShares Core S&P 500 ETF - USD", "USD"),
    ],
)
def test_country_or_currency_in_a_name_is_none_of_it(full: str, other: str) -> None:
    assert other not in set(names_of("", full))


def formal_and_customary_names() -> Iterator[tuple[str, str, str]]:
    for line in FORMAL_NAMES.read_text(encoding="utf-8").splitlines():
        symbol, formal, customary = line.split(" | ")
        yield from ((symbol, formal, name) for name in customary.split("; "))


def is_called(name: str, symbol: str, forms: CompanyForms) -> bool:
    """Tells whether a name means the symbol, by its facts or by the catalogue."""
    text = f"{name} is here"
    words = tokens(text)
    of_facts = Lexicon((symbol, form) for form in (*forms.own, *forms.others, *forms.initials))
    of_catalogue = well_known_companies().find(text, words, places_of(words))
    names = [*of_facts.find(text, words, places_of(words)), *of_catalogue]
    # No token has the exclamation mark of "Yum!".
    return any(one.value == symbol and one.start == 0 and one.end >= len(name) - 1 for one in names)


def test_customary_names_of_companies_all_over_the_world_are_known() -> None:
    unknown = [
        (formal, name)
        for symbol, formal, name in formal_and_customary_names()
        if not is_called(name, symbol, forms_of(symbol, formal))
    ]
    assert unknown == []


def test_index_is_called_by_its_initials_and_its_number() -> None:
    assert "OMXS30" in forms_of("^OMX", "OMX Stockholm 30 Index").initials


@pytest.mark.parametrize(
    ("formal", "other"), [("Intel Corporation", "INC"), ("BioNTech SE", "BIS"), ("Banco de Chile", "BDC")]
)
def test_legal_form_gives_no_initials(formal: str, other: str) -> None:
    assert other not in forms_of("", formal).initials


def test_initials_of_two_companies_mean_neither() -> None:
    facts = [
        {"symbol": "ASIANPAINT.NS", "name": "Asian Paints Limited", "trailing_pe": 61.24},
        {"symbol": "APEX.NS", "name": "Apex Pumps Limited", "trailing_pe": 18.3},
    ]
    assert check_figures("APL trades at 18.3 times earnings.", facts).supported == 0
    assert check_figures("Apex trades at 18.3 times earnings.", facts).supported == 1
