"""Recognises turns that choose companies by their place: "the second one", "the latter"."""

import re
from collections.abc import Sequence
from typing import Final

_ENGLISH_NOUN: Final = (
    r"(?: (?:one|company|stock|name|of (?:the )?(?:two|three|four|them|those|these))\b"
    r"|['’]s\b|(?=\W*(?:$|[?!.,;]))|(?= (?:or|and)\b))"
)
_BEHIND: Final = (
    r"(?:\s+(?:davon|firma|aktie|unternehmen|von (?:beiden|den)|des (?:deux|trois)|action|société"
    r"|entreprise|empresa"
    r"|acción|ação|de (?:las|los|ellas)|delle? (?:due|tre)|azienda|azione|das (?:duas|três))\b"
    r"|(?=\W*(?:$|[?!.,;])))"
)


def _place(english: str, german: str, romance: str, east_asian: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:the|only|just|that)\s+(?:{english}){_ENGLISH_NOUN}"
        rf"|\b(?:de[rnm]|die|das|beim|vom|zum|zur|nur)\s+(?:{german}){_BEHIND}"
        rf"|\b(?:l[ae]s?|l['’]|el|al|del|[oa]|d[ao]|n[ao]|il|lo|dell[ao]?|sull[ao]?)\s*(?:{romance}){_BEHIND}"
        rf"|{east_asian}",
        re.IGNORECASE,
    )


_OBJECT: Final = r"(?:个|個|家|只|支|檔)"
_PLACES: Final = (
    (
        0,
        _place(
            "first|1st",
            "erste[nr]?",
            r"premi[eè]re?|primer[ao]?|primeir[ao]|prim[ao]",
            rf"第一{_OBJECT}|(?:1|一)つ目|最初の(?:会社|銘柄|ほう|方|株)|첫 ?번째",
        ),
    ),
    (
        1,
        _place(
            "second|2nd",
            "zweite[nr]?",
            r"deuxième|seconde?|segund[ao]|second[ao]",
            rf"第二{_OBJECT}|(?:2|二)つ目|두 ?번째",
        ),
    ),
    (
        2,
        _place(
            "third|3rd",
            "dritte[nr]?",
            r"troisième|tercer[ao]?|terceir[ao]|terz[ao]",
            rf"第三{_OBJECT}|(?:3|三)つ目|세 ?번째",
        ),
    ),
    (
        -1,
        _place(
            "last",
            "letzte[nr]?",
            r"derni[eè]re?|últim[ao]|ultim[ao]",
            rf"最后一{_OBJECT}|最後の(?:会社|銘柄|ほう|方|株)|마지막 ?(?:회사|종목|거|것)",
        ),
    ),
)
_FORMER: Final = re.compile(r"\bthe former\b|\berstere[nrs]?\b|前者", re.IGNORECASE)
_LATTER: Final = re.compile(r"\bthe latter\b|\bletztere[nrs]?\b|后者|後者|후자", re.IGNORECASE)


_TWO: Final = re.compile(
    r"\b(?:the )?(first|last) (?:two|2)\b|\b(?:die )?(ersten|letzten) (?:beiden|zwei)\b"
    r"|\bl[ea]s deux (premi|derni)|\bl[ao]s dos (primer|últim)|\b[ao]s d(?:ois|uas) (primeir|últim)"
    r"|\bl[ei] (prim|ultim)[ei] due\b|(最初|最後)の(?:2|二)つ|(前|后|後)(?:两|兩)[个個家只]"
    r"|(처음|마지막) (?:두|2)",
    re.IGNORECASE,
)
_LASTS: Final = frozenset({"last", "letzten", "derni", "últim", "ultim", "最後", "后", "後", "마지막"})
_BOTH: Final = re.compile(r"\band\b|\bund\b|\bet\b|\by\b|\be\b|と|和|[와과랑]", re.IGNORECASE)


def chosen_companies(text: str, history: Sequence[Sequence[str]]) -> list[str]:
    """Returns the companies of a conversation that a turn chooses by their places; empty if it does not.

    Examples are "the second one", "the latter", "the first and the last", "the last two".

    Args:
        text: The question.
        history: The companies of the earlier turns, oldest first.
    """
    recent = list(history[-1])
    if len(recent) == 1:
        recent = list(dict.fromkeys(symbol for symbols in history for symbol in symbols))
    if len(recent) == 1:
        return []
    if two := _TWO.search(text):
        word = next(group for group in two.groups() if group).lower()
        return recent[-2:] if word in _LASTS else recent[:2]
    places = [place for place, pattern in _PLACES if pattern.search(text)]
    places += [-2] if _FORMER.search(text) else []
    places += [-1] if _LATTER.search(text) else []
    is_choice = len(places) == 1 or (len(places) > 1 and _BOTH.search(text) is not None)
    if not is_choice or not all(-len(recent) <= place < len(recent) for place in places):
        return []
    return list(dict.fromkeys(recent[place] for place in places))
