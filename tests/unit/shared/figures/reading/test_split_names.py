"""Names of metrics whose words stand apart."""

import pytest

from shared.figures.reading.lexicon import tokens
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.split_names import split_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SAP kaufte für 2 Mrd. Euro eigene Aktien zurück.", ["share_repurchases"]),
        ("SAP kaufte für 2 Mrd. Euro eine Firma.", []),
        ("Le groupe a racheté pour 2 milliards d'actions.", ["share_repurchases"]),
        ("Le groupe a racheté une société pour 2 milliards.", []),
        ("La empresa recompró títulos por 2.000 millones.", ["share_repurchases"]),
        ("Das Unternehmen nahm 4,9 Mrd. $ Schulden auf.", ["debt_issued"]),
        ("Das Unternehmen nahm 2 Mrd. $ ein.", []),
        ("Le groupe a investi 2 milliards.", ["investment"]),
        ("It was a good year.", []),
    ],
)
def test_names_at_their_verbs(text: str, names: list[str]) -> None:
    found = list(split_names(Sentence(text, tokens(text))))
    assert [one.name for one in found] == names
