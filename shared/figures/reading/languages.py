"""The language of a text, told by its script or by its commonest words."""

from functools import lru_cache
from typing import Final

from shared.figures.reading.lexicon import word_set

_KANA: Final = ("\u3040", "\u30ff")
_HANGUL: Final = ("\uac00", "\ud7af")
_HAN: Final = ("\u3400", "\u9fff")
_COMMONEST: Final = {
    "en": word_set("the of and to in for is was are were with its by from will at on that this it has as an"),
    "de": word_set(
        "der die das und ist im mit von für auf den dem ein eine bei zu nicht wird war sich um des"
    ),
    "fr": word_set("le la les des du et est en une un pour dans au aux par sur que qui avec il elle de à"),
    "es": word_set("el la los las del y en un una por con se es de al su que lo fue más para"),
    "pt": word_set("o a os as do da dos das e em um uma por com não no na de ao para foi mais que"),
    "it": word_set("il lo la gli dei della e di un una per con nel al alla è del le si da che più i"),
}
_MIN_LEAD: Final = 1
"""How many words more a language must have than the next one."""


@lru_cache(maxsize=512)
def language_of(text: str) -> str | None:
    """Returns the ISO 639 code of a text's language; None where too little tells it."""
    if not text.isascii():
        kana, hangul, han = (
            sum(first <= character <= last for character in text) for first, last in (_KANA, _HANGUL, _HAN)
        )
        if kana:
            return "ja"
        if hangul or han:
            return "ko" if hangul >= han else "zh"
    words = text.lower().replace("’", " ").replace("'", " ").split()
    scores = sorted(
        ((sum(word in common for word in words), language) for language, common in _COMMONEST.items()),
        reverse=True,
    )
    (most, language), (second, _) = scores[:2]
    return language if most - second >= _MIN_LEAD else None


def are_of_different_languages(first: str | None, second: str | None) -> bool:
    """Returns whether two languages are known and differ."""
    return first is not None and second is not None and first != second
