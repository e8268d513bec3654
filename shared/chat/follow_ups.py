"""Recognises turns that change the companies of a conversation: "add walmart", "without intel"."""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

_OPENING: Final = (
    r"^\W*(?:(?:ok|okay|now|then|and|also|please|can you|could you|let['’]?s|jetzt|dann|bitte|und|kannst du"
    r"|et|maintenant|puis|ahora|y|agora|e|ora|por favor|per favore)\W+)*"
)
_ADDS: Final = re.compile(
    rf"{_OPENING}(?:add|include|throw in|bring in|plus|ajoute[rsz]?|rajoute[rsz]?|inclu[st]?|añade|agrega"
    r"|incluye|suma|adiciona|acrescenta|inclui|inclua|aggiungi|includi|füge?|nimm|nehme?)\b"
    r"|\b(?:in)?to (?:the|that|this) (?:list|comparison|table|mix|chart)\b|\bin (?:the|that|this) mix\b"
    r"|\b(?:throw|put|mix|toss|bring|pack|setz|nimm) [\w.&'-]+(?: \w+)?"
    r"(?: (?:in|there|too|also|as well|rein|dazu|drauf|mit|noch|auch|please|bitte))+\W*$"
    rf"|{_OPENING}(?:mets|mettez|rajoute|pon|ponme|coloca|põe|bota|metti|mettici)(?:-y)? "
    r"(?:aussi|también|tambien|também|tambem|anche|pure)\b"
    r"|\b(?:dazu|hinzu)\W*$|\b(?:add|include) \w+(?: \w+)? (?:too|as well)\b"
    r"|も(?:追加|加え|入れ|含め)|を(?:追加|加え)|加上|加入|再加|也加|也算上"
    r"|(?:도|을|를)\s?(?:추가|넣어|포함|더해)|추가해",
    re.IGNORECASE,
)
_DROPS: Final = re.compile(
    rf"{_OPENING}(?:(?:remove|drop|exclude|leave out|take out|without|minus|except|ohne|entferne|streiche?"
    r"|lass|not|nicht|pas|sans|enlève|retire|sin|quita|elimina|sem|tira|remove|senza|togli|rimuovi)\b)"
    r"|を(?:除い|外し|抜い)|去掉|除去|不要算|(?:은|는|을|를)?\s?(?:빼고|빼줘|제외)",
    re.IGNORECASE,
)
_REPLACES: Final = re.compile(
    rf"{_OPENING}(?:replace|swap|exchange|instead of|anstatt|statt|anstelle von|au lieu d[e'’]|en vez de"
    rf"|en lugar de|em vez de|invece di|ersetze|tausche|remplace[rz]?|reemplaza|sustituye|cambia"
    r"|substitu(?:i|a)|troca|troque|sostituisci)\b|の(?:代わり|かわり)に|换成|換成|대신",
    re.IGNORECASE,
)


def changed_companies(text: str, named: Sequence[str], earlier: Sequence[Sequence[str]]) -> list[str] | None:
    """Returns the companies of a turn that changes those of the conversation, or None if it does not.

    Args:
        text: The question.
        named: The companies that it names.
        earlier: The companies of the turns before, oldest first; each has one.
    """
    if not named or not earlier:
        return None
    recent = earlier[-1]
    former = [symbol for symbol in named if symbol in recent]
    if _REPLACES.search(text) and former and len(former) < len(named):
        return _joined([symbol for symbol in recent if symbol not in former], named, former)
    recent = _asked_one_by_one(earlier) or recent
    former = [symbol for symbol in named if symbol in recent]
    if _DROPS.search(text) and len(former) == len(named) < len(recent):
        return [symbol for symbol in recent if symbol not in named]
    return _joined(recent, named, ()) if _ADDS.search(text) else None


def _joined(recent: Sequence[str], named: Sequence[str], dropped: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*recent, *(symbol for symbol in named if symbol not in dropped)]))


def _asked_one_by_one(earlier: Sequence[Sequence[str]]) -> list[str]:
    """Returns the companies of the last turns that were about one each: a list is not in one turn only."""
    singles = takewhile(lambda symbols: len(symbols) == 1, reversed(earlier))
    return list(dict.fromkeys(symbol for symbols in [*singles][::-1] for symbol in symbols))
