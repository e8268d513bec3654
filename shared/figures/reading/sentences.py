"""Splits a text into sentences, as it comes: a sentence is complete when more has followed its end."""

import re
from collections.abc import Iterator
from typing import Final

MAX_SENTENCE: Final = 1_000
"""Characters; a longer one is cut, so that the work on one sentence is bounded."""

MAX_NUMBERS: Final = 40
"""Numbers of one sentence, as well."""

_END: Final = re.compile(
    # The character that ends a sentence is looked for first, and then what it is followed by.
    r"[.!?…。！？\n](?:(?<=[.!?…])[\"”’»)*_\]]*(?=\s)\s*|(?<=[。！？])[”」』）]?|(?<=\n)\n*)"
    # A new line in HTML, which is none within a row of a table.
    r"|<br\s?/?>\s*"
)
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|St|vs|v|approx|ca|c|est|incl|excl|etc|e\.g|i\.e|cf|No|Nr|Nos|Inc"
    r"|Corp|Co|Ltd|Cos|Bros|U\.S|U\.K"
    r"|Mio|Mrd|Bio|[Mm]ill|[Mm]il|[Mm]ln|[Mm]ld|Tsd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Okt|Nov|Dec|Dez|janv|févr|avr|juil|sept|déc"
    r"|bzw|z\.\s?B|d\.\s?h|u\.\s?a"
    r"|rd|usw|env|max|min|avg|p\.\s?a|a\.\s?m|p\.\s?m|ggü|J|S\.[AE]|N\.V|EE\.\s?UU|Sr|Sra|aprox|dept|fig|EUR)\.$"
)
_SCALE: Final = re.compile(r"\d\s(?:Mio|Mrd|Bio|[Mm]ill|[Mm]ln|[Mm]ld|Tsd)\.$")
_BEGINNING: Final = re.compile(
    r"(?:Unter|Der|Die|Das|Dem|Den|Dies\w*|Im|In|Auf|Aus|Für|Damit|Dabei|Dazu|Davon|Daraus|Nach|Bei|Beim|Seit|Mit|Je"
    r"|Pro|Es|Er|Sie|Zum|Zur|Zu|Am|An|Von|Vor|Über|Trotz|Ein\w*|Auch|Allerdings|Netto|Operativ|Abzüglich|Zuletzt"
    r"|Le|La|Les|En|El|Los|Las|Il|Lo|I|Gli|No|Na|O|A|Os|As)\s"
)
"""Words that begin a sentence and never stand behind a scale."""
_DIGITS: Final = re.compile(r"\d\S*")
_LONGEST_WORD: Final = 40
_MAY_END: Final = re.compile(r"[.!?…。！？\n>]")
_LISTED: Final = re.compile(r"(?:^|\n)[ \t>*#-]*\d{1,2}\.$")
_ORDINAL: Final = re.compile(r"(?:^|[\s(–—-])\d{1,2}\.$")
_CITED: Final = re.compile(r"(?:\s*[\[【][\d\s,;–-]+[\]】])+[.!?]?")
_ORDINAL_NOUN: Final = re.compile(
    r"(?:Quartal|Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Platz|Rang|Halbjahr)"
)
_LOOK_BACK: Final = 16
_LOOK_AHEAD: Final = 24
"""Characters after a full stop that tell whether it ends the sentence, and whether citations follow."""


class SentenceSplitter:
    """Collects text and yields its sentences with their places."""

    def __init__(self) -> None:
        self._rest = ""
        self._start = 0
        self._may_end = False

    def feed(self, text: str) -> Iterator[tuple[str, int]]:
        """Yields the sentences that the text completes, each with its place."""
        self._rest += text
        # Text comes word by word: most of it ends no sentence.
        self._may_end = self._may_end or _MAY_END.search(text) is not None
        if not self._may_end and len(self._rest) <= MAX_SENTENCE + _LOOK_AHEAD:
            return
        begin = 0
        for cut in _cuts(self._rest, complete=False):
            yield self._rest[begin:cut], self._start + begin
            begin = cut
        self._rest = self._rest[begin:]
        self._start += begin
        self._may_end = _MAY_END.search(self._rest) is not None

    def close(self) -> Iterator[tuple[str, int]]:
        """Yields the remainder."""
        begin = 0
        for cut in [*_cuts(self._rest, complete=True), len(self._rest)]:
            if self._rest[begin:cut]:
                yield self._rest[begin:cut], self._start + begin
            begin = cut
        self._start += len(self._rest)
        self._rest = ""


def _cuts(text: str, *, complete: bool) -> Iterator[int]:
    """Yields the ends of the sentences; stops where more of the text is needed to tell."""
    begin = 0
    for match in _END.finditer(text):
        cut = match.end()
        if cut <= begin:
            continue
        if not complete and len(text) - cut < _LOOK_AHEAD and not ("\n" in match[0] and cut < len(text)):
            return
        while cut - begin > MAX_SENTENCE:
            begin = _hard_cut(text, begin)
            yield begin
        if "\n" not in match[0]:
            stop = match.start() + 1
            if _is_in_row(text[text.rfind("\n", begin, stop) + 1 or begin : stop]) or _goes_on(
                text[max(begin, stop - _LOOK_BACK) : stop], text[cut : cut + _LOOK_AHEAD]
            ):
                continue
            # A citation behind the full stop belongs to the sentence before it.
            following = text[cut : cut + 1]
            may_be_cited = following in ("[", "【") or following.isspace()
            cited = _CITED.match(text, cut) if may_be_cited else None
            if cited is not None:
                cut = cited.end()
                if not complete and len(text) - cut < _LOOK_AHEAD:
                    return
        begin = cut
        yield cut
    while len(text) - begin > MAX_SENTENCE + (0 if complete else _LOOK_AHEAD):
        begin = _hard_cut(text, begin)
        yield begin


def _is_in_row(line: str) -> bool:
    """Returns whether a line is one of a table, which ends with its line: ``| Growth (rev.) | 9.5% |``."""
    return line.lstrip().startswith("|") or line.count("|") > 1


def _hard_cut(text: str, begin: int) -> int:
    """Returns where a sentence that is too long is cut: at a space, if there is one in its second half."""
    end = begin + MAX_SENTENCE
    space = text.rfind(" ", begin + MAX_SENTENCE // 2, end)
    return space + 1 if space > 0 else end


def parts(written: str, place: int = 0) -> Iterator[tuple[str, int]]:
    """Yields the parts of a sentence with many numbers, each with a bounded number of them, and places.

    Args:
        written: The sentence.
        place: Where it begins.
    """
    if len(written) <= 2 * MAX_NUMBERS or len(written.split()) < MAX_NUMBERS:
        yield written, place
        return
    begin = 0
    for count, match in enumerate(_DIGITS.finditer(written), start=1):
        if count % MAX_NUMBERS == 0:
            # A word with digits may be a date: it stays whole, unless nothing but digits is written.
            end = min(match.end(), match.start() + _LONGEST_WORD)
            yield written[begin:end], place + begin
            begin = end
    if begin < len(written):
        yield written[begin:], place + begin


def _goes_on(before: str, following: str) -> bool:
    """Returns whether a full stop ends an abbreviation or an ordinal number and not a sentence."""
    if not before.endswith("."):
        return False
    if following[:1].islower():
        return True
    if not before[-2:-1].isalnum():
        # "It rose by 2%.", "… [3]."
        return False
    if _SCALE.search(before) and _BEGINNING.match(following):
        # "auf 7,18 Mrd. Unter dem Strich …": "Mrd. Euro" goes on.
        return False
    if _ABBREVIATION.search(before) or _LISTED.search(before):
        return True
    return _ORDINAL.search(before) is not None and _ORDINAL_NOUN.match(following) is not None
