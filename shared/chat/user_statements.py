"""What users say about themselves: kept when the rest of their message is shortened or dropped."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from shared.data.documents import Turn

MAX_STATEMENTS: Final = 60
"""Statements that a conversation keeps; the oldest are dropped."""

MAX_LENGTH: Final = 300
"""Characters of one statement."""

_SENTENCE: Final = re.compile(r"[^.!?。！？\n]*(?:[.](?=\S)[^.!?。！？\n]*)*[.!?。！？\n]*")
_QUESTION: Final = re.compile(r"[?？]\s*$")

_WORDS: Final = (
    # English
    "i|i'm|i've|i'd|i'll|my|mine|me|myself|we|we're|we've|our|ours|us",
    # German
    "ich|mein|meine|meinen|meiner|meinem|meines|mir|mich|wir|unser|unsere|unseren|unserem|unserer|uns",
    # French
    "je|mon|ma|mes|moi|me|nous|notre|nos",
    # Spanish, which leaves the pronoun out
    (
        "yo|mi|mis|mío|mía|nosotros|nuestro|nuestra|nuestros|nuestras|tengo|poseo|quiero|prefiero|soy|estoy|"
        "invierto|busco|necesito|evito|ahorro|gano|vivo|compré|vendí|puedo|deseo|trabajo|no me"
    ),
    # Italian
    (
        "io|mio|mia|miei|mie|noi|nostro|nostra|nostri|nostre|ho|possiedo|voglio|vorrei|preferisco|sono|cerco|"
        "investo|evito|risparmio|guadagno|vivo|posso|detengo"
    ),
    # Portuguese
    (
        "eu|meu|minha|meus|minhas|mim|nosso|nossa|nossos|nossas|tenho|possuo|quero|prefiro|sou|estou|invisto|"
        "procuro|evito|comprei|vendi|gostaria|moro|poupo|ganho|não me"
    ),
    # Dutch
    "ik|mijn|mij|wij|ons|onze",
    # Polish
    "ja|mam|mój|moja|moje|moich|mnie|mi|chcę|wolę|jestem|posiadam|kupiłem|kupiłam|inwestuję|unikam|szukam",
    # Swedish, Danish, Norwegian
    "jag|jeg|min|mitt|mina|mine|mig|meg|vår|vores",
    # Russian
    "я|мой|моя|моё|мое|мои|мне|меня|мы|наш|наша|наши|нас|хочу|владею|предпочитаю",
    # Turkish
    "ben|benim|bana|biz|bizim|sahibim|istiyorum|istemiyorum|tercih ediyorum",
)
_FIRST_PERSON: Final = re.compile(
    rf"(?<!\w)(?:{'|'.join(_WORDS)})(?!\w)|(?<!\w)j['’]|(?<!\w)m['’]", re.IGNORECASE
)

_UNSPACED: Final = re.compile(
    # Chinese
    r"我|咱|本人|自己"
    # Japanese, which leaves the pronoun out
    r"|私|わたし|僕|ぼく|俺|弊社|持っています|持ってい|保有し|投資し|したい|したく|買いたく|欲しい|ほしい|希望|好み"
    # Korean
    r"|나는|저는|내가|제가|나의|저의|우리|가지고 있|보유|원해|원하|싶"
)


def statements_of(message: str) -> list[str]:
    """Returns the sentences of a message except its questions; none unless one is in the first person.

    A wish often follows in a sentence of its own: "I own 100 SAP. No tech, please."
    """
    sentences = [" ".join(found.split()) for found in _SENTENCE.findall(message)]
    told = [sentence for sentence in sentences if sentence and not _QUESTION.search(sentence)]
    if not any(_FIRST_PERSON.search(sentence) or _UNSPACED.search(sentence) for sentence in told):
        return []
    return [sentence[:MAX_LENGTH] for sentence in told]


def with_dropped(statements: Sequence[str], dropped: Iterable[Turn]) -> tuple[str, ...]:
    """Returns the statements that a conversation keeps when turns are dropped, oldest first."""
    new = [sentence for turn in dropped if turn.role == "user" for sentence in statements_of(turn.content)]
    # A statement that is repeated counts from its last time.
    latest = dict.fromkeys(reversed((*statements, *new)))
    return tuple(reversed(list(latest)[:MAX_STATEMENTS]))
