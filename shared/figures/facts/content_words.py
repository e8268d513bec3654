"""The words of a sentence that say what it is about."""

from typing import Final

from shared.figures.reading.lexicon import word_set
from shared.figures.reading.sentence import Sentence

STOP_WORDS: Final = word_set(
    """
    the a an of in on at to for and or is was are were be been its it our we by with from as that this
    which has have had not due other than per all each respectively primarily approximately certain such
    into during will may year ended company der die das und im in von vom zu den dem des ein ein mit auf
    fur ist war le la les de du des et en a un une est el los las y del se con por million billion
    thousand millions fiscal
    """
)
_SHORTEST_STEM: Final = 4


def content_words(sentence: Sentence, start: int = 0, end: int | None = None) -> frozenset[str]:
    """Returns the stems of the words of a sentence that say what it is about."""
    end = len(sentence.text) if end is None else end
    return frozenset(
        _without_ending(word.key)
        for word in sentence.words
        if start <= word.start < end
        and not word.key[0].isdigit()
        and word.key not in STOP_WORDS
        and len(word.key) > 1
    )


def _without_ending(key: str) -> str:
    if key.endswith("s") and not key.endswith("ss") and len(key) > _SHORTEST_STEM:
        key = key[:-1]
    for ending in ("ing", "ed"):
        if key.endswith(ending) and len(key) - len(ending) >= _SHORTEST_STEM:
            return key[: -len(ending)]
    return key
