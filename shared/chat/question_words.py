"""The words of a question that may name a company: tickers, names, and those that are neither."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.domain.symbols import normalise_symbol
from shared.errors import InvalidSymbolError

# ASCII on both sides: in Chinese or Japanese no space parts a ticker from the next word.
_MARKED: Final = re.compile(
    r"(?<![A-Za-z0-9_$])\$([A-Za-z][A-Za-z0-9]{0,9}(?:[.-][A-Za-z0-9]{1,4})?)(?![A-Za-z0-9_])"
)
_TICKER: Final = re.compile(
    r"(?<![A-Za-z0-9_$.-])(\^?[A-Z][A-Z0-9]{0,9}(?:[.=-][A-Z0-9]{1,4})?|\d{4,6}\.[A-Z]{1,2})(?![A-Za-z0-9_])"
)
_CURRENCY_PAIR: Final = re.compile(r"(?<![A-Za-z])([A-Z]{3})/([A-Z]{3})(?![A-Za-z])")
_KATAKANA: Final = re.compile(r"[ァ-ヴー]{2,}")
"""Japanese writes companies' names in these letters, with no space to the next word."""
_WORD: Final = re.compile(r"[^\W_](?:[\w&'’.-]*\w)?|&")
_LOWER_CASE_RUN: Final = re.compile(r"\b[a-z]{3,} (?:of|and|&) [a-z]{3,}\b")
_JOINING: Final = frozenset({"of", "and", "&", "de"})
_LETTER_IS_MEANT: Final = re.compile(
    r"\b(?:stock|share|ticker|symbol|price|quote|aktie|kurs|action|cours|acci[oó]n|precio)", re.IGNORECASE
)
_COMPARES: Final = re.compile(
    r"\b(?:comp[aá]r|vergl"
    r"|(?:versus|vs|against|better|worse)\b|than\b(?! [$€£]?\d)|(?:it|they|them) (?:and|or)\b)",
    re.IGNORECASE,
)
_MAX_RUN: Final = 4

_NOT_TICKERS_TEXT: Final = """
A AI AM AN AND ANY API ARE AS ASAP AT ATH ATM BE BUT BUY BY CAD CAGR CAN CEO CFO CHF CNY COO CPI CTO DCA DCF
DD DID DO DOES EBIT EBITDA EMA EPS ESG ETA ETF ETFS EU EUR EV EVEN FAQ FCF FDA FED FIND FOMC FOR FROM FX FY
FYI GAAP GBP GDP GET GIVE GO GOOD HAD HAS HAVE HE HER HIS HOLD HOW I IF IMO IN IPO IRA IRR IRS IS IT ITS JPY
KPI LLC LTD M MACD MAY ME MY NASDAQ NEW NEWS NEXT NO NOT NOW NYSE OF OK ON ONE OR OTC OUR OUT PDF PE PEG PER
PLC PM PPI PR Q1 Q2 Q3 Q4 QE R REIT ROA ROE ROI ROIC RSI SAY SEC SEE SELL SHE SMA SO SOME TELL THAN THAT THE
THEM THEY THIS TO TOO TTM UK UN UP US USA USD VAT VIX VS WAS WE WELL WHAT WHEN WHO WHY WILL WITH YES YOU YOY
YTD
"""
_NOT_TICKERS: Final = frozenset(_NOT_TICKERS_TEXT.split())
"""Words in capitals that are no tickers in a question, though some are tickers elsewhere."""

_NOT_NAMES_TEXT: Final = """
block carnival chase coach costs dominion ford gap general global international match meta progressive
prudential republic rocket shell snap southern square target travelers trust unity universal visa waters
"""
_NOT_NAMES: Final = frozenset(_NOT_NAMES_TEXT.split())
"""Names that are common words too: taken for a company only when written with a capital."""

_OPENERS_TEXT: Final = """
and are but can compare could did do does for give has have how i if in is it my please say shall should show
so tell than that the then there they this today was we were what when where which who why will with would you
your
"""
_OPENERS: Final = frozenset(_OPENERS_TEXT.split())
"""Words that open a question with a capital and begin no name."""


class QuestionWords:
    """What a question may be about, by its writing alone.

    Attributes:
        marked: Written with ``$``, as symbols.
        tickers: In capitals, and not among those that are no tickers; ``EUR/USD`` is ``EURUSD=X``.
        names: With a capital, or in katakana: every run of words that might be a name, the longest first at
            each place.
        lower_case: Without a capital, and might be a name all the same.
        compare: Whether they speak of one thing beside another.
    """

    def __init__(self, message: str) -> None:
        # Who writes everything in capitals means nothing by them.
        shouted = message.isupper() and len(message.split()) > 3
        self._letter_is_meant = bool(_LETTER_IS_MEANT.search(message)) or len(message.split()) == 1
        self.compare = bool(_COMPARES.search(message))
        self.marked = _marked(message)
        pairs = [f"{base}{quote}=X" for base, quote in _CURRENCY_PAIR.findall(message)]
        tickers = dict.fromkeys([*_TICKER.findall(message), *pairs])
        self.tickers = [word for word in tickers if word not in _NOT_TICKERS]
        spoken = message.lower() if shouted else message
        words = [_without_genitive(word) for word in _WORD.findall(spoken)]
        parts = [part for word in words if "-" in word for part in word.split("-") if part]
        self.names = list(dict.fromkeys([*_names(words), *_names(parts), *_KATAKANA.findall(message)]))
        single = [word for word in words if word.islower() and len(word) > 3]
        self.lower_case = [
            name
            for name in dict.fromkeys([*_LOWER_CASE_RUN.findall(spoken), *single])
            if name not in _NOT_NAMES and name not in _OPENERS
        ]

    @property
    def likely_tickers(self) -> list[str]:
        """Those long enough not to be an abbreviation of something else."""
        return [word for word in self.tickers if len(word) > 1]

    def without_stray_letters(self, tickers: list[str]) -> list[str]:
        """A single letter is a ticker only beside another one, or where the question speaks of stocks."""
        if self._letter_is_meant or any(len(ticker) > 1 for ticker in tickers):
            return tickers
        return [ticker for ticker in tickers if len(ticker) > 1]


def _marked(message: str) -> list[str]:
    found = []
    for word in _MARKED.findall(message):
        try:
            found.append(normalise_symbol(word))
        except InvalidSymbolError:
            continue
    return found


def _names(words: Sequence[str]) -> Iterator[str]:
    """Every run of up to four words with capitals: ``Bank of America``, ``Bank``, ``America``."""
    for start, word in enumerate(words):
        if not _begins_name(word):
            continue
        for end in range(min(start + _MAX_RUN, len(words)), start, -1):
            run = words[start:end]
            if run[-1] not in _JOINING and all(_belongs_to_name(one) for one in run):
                yield " ".join(run)


def _begins_name(word: str) -> bool:
    capital = any(character.isupper() for character in word[:2])
    return capital and len(word) > 1 and word not in _NOT_TICKERS and word.lower() not in _OPENERS


def _belongs_to_name(word: str) -> bool:
    return word in _JOINING or word.isdigit() or _begins_name(word)


def _without_genitive(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s").rstrip(".'’-")
