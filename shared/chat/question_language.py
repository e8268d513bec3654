"""Guesses the language of a question by its function words: a name may be a word in one language only."""

from collections.abc import Mapping, Sequence
from typing import Final

from shared.symbols.name_text import Word, word_set

ENGLISH: Final = "en"
"""The language of a question without a function word."""

_FUNCTION_WORDS: Final[Mapping[str, frozenset[str]]] = {
    ENGLISH: word_set(
        """
        the is are was were what how why when which who does did has have had should can could will would of
        for with and my our it its this that there they to from about tell show give compare better than
        think any much many long if or today now up down buy sell stock shares
        """
    ),
    "de": word_set(
        """
        der die das den dem und ist wie nicht fur ein eine einen von mit auf hat haben sind wird wann wo
        warum wieso welche welcher soll sollte ich wir im am zum zur bei vor nach kann gibt oder gerade
        heute lauft noch schon lohnt seit aktie aktien kurs mehr als wenn auch mir danke bitte ja nein
        hallo
        """
    ),
    "fr": word_set(
        """
        le les des est que quoi qui pourquoi comment combien quel quelle une du au aux sur pour avec je tu il
        et ou faut vaut cours bourse aujourd hui plus dans en ce cette ont va pas donne penses acheter vendre
        merci bonjour salut accord oui non
        """
    ),
    "es": word_set(
        """
        el los las que como cuanto cuanta cuando por esta es y en con para del una hoy ahora acciones accion
        comprar vender cual tal cae va mas pero la lo al su sube gracias hola
        buenas si
        """
    ),
    "pt": word_set(
        """
        o os as e nao como esta quanto quando por que em com para da do das dos uma um hoje agora acoes acao
        comprar vender qual voce na no pela ou mais meu minha a pena obrigado
        obrigada ola dicas investidor investidores
        """
    ),
    "it": word_set(
        """
        il gli e di che come perche quanto quando della dei del un una oggi adesso azioni azione comprare
        vendere conviene va quale nel nella per sono meglio piu ma mi la grazie ciao
        ringrazio prego salve
        """
    ),
}


def language_of(words: Sequence[Word]) -> str:
    """Returns the language that has most of a question's words: en, de, fr, es, pt or it."""
    counts = {
        language: sum(word.key in known for word in words) for language, known in _FUNCTION_WORDS.items()
    }
    return max(counts, key=lambda language: counts[language])
