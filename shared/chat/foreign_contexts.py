"""What questions say of companies in other languages than English."""

from collections.abc import Sequence
from typing import Final

from shared.symbols.name_text import word_set

RESULTS: Final = word_set(
    """
    ausblick ergebnis ergebnisse quartalszahlen jahreszahlen auftragsbestand auftragseingang absatz ventes
    resultat resultats ventas resultados ingresos facturacion vendas receita faturamento lucros vendite ricavi
    risultati ordini fatturato trimestrale prospettive previsioni perspectivas perspectives previsoes
    aussichten
    """
)
"""Results of companies, which in their languages name nothing else behind a word."""

_COPULAS: Final = word_set("est esta e ist")
_VALUED: Final = word_set(
    """
    cher chere surevalue surevaluee caro cara barato barata sobrevalorado sobrevalorada sobrevalorizada
    subvalorizada infravalorada sopravvalutato sopravvalutata sottovalutato sottovalutata teuer billig gunstig
    uberbewertet unterbewertet
    """
)
_DEGREES_ELSEWHERE: Final = word_set("trop tres muy demasiado muito bem troppo molto zu sehr noch")
"""What makes a word an instrument in Romance languages and German: "orange est trop chère"."""


def is_valued(after: Sequence[str]) -> bool:
    """Returns whether words behind a name call it dear or cheap.

    Args:
        after: The comparison keys of the words behind the name.
    """
    if not after or after[0] not in _COPULAS:
        return False
    behind = after[2:] if after[1:] and after[1] in _DEGREES_ELSEWHERE else after[1:]
    return bool(behind) and behind[0] in _VALUED
