"""Names of companies that are listed several times, and of those that hold shares."""

import pytest

from shared.figures.checker import check_figures
from shared.figures.facts.company_names import holder_names, names_of, other_listings
from tests.evaluation.figures.application_worlds import application_worlds

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
        ("OMX Stockholm 30 Index", "OMXS30"),
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
