"""The reader's own numbers: ``I bought 40 shares at $80``, ``10 ETH``, ``wenn ich 5.000 € anlege``."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.reading.count_words import COUNT_WORDS, count_of
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit, one_of

_ASKS: Final = re.compile(
    r"(?<![^\W\d_])(?:i|i['’]\w+|me|my|mine|we|our|you|bought|buy|split|spread|allocate|own|hold|holding|sold|sell|invest\w*|put"
    r"|ich|mir|mich|mein\w*|wir|unser\w*|kauf\w*|gekauft|aufteil\w*|halte|besitze|anleg\w*|angelegt|investier\w*|depot"
    r"|je|j['’]\w+|m['’]\w+|moi|mon|ma|mes|nous|achet\w*|répart\w*|détien\w*|plac(?!e\b|es\b|ebo)\w+"
    r"|yo|mi|mis|me|tengo|tenía|compr(?!eh|is|om|es)\w+|invert\w+|repart\w*|inviert\w+|meto|pongo|poseo"
    r"|would|worth|wert|wäre\w*|würde\w*|vaudrai\w*|vaut|valdría\w*|vale|valen|valeria\w*|valgono|rendu|rendido"
    r"|eu|meu|meus|minhas?|tenho|investi\w*|ho|mie|miei|mio|mia|acquist\w*|possiedo)(?![^\W\d_])"
    r"|買|購入|投資|保有|持って|私|僕|买|購|持有|投资|我|샀|매수|보유|투자|내\s|제가",
    re.IGNORECASE,
)
"""Words of a question about the asker's own money; unlike answers, questions are written carelessly."""
READER: Final = RarePattern(
    r"(?<![^\W\d_])(?:[Yy]ou|[Yy]ours?|[Yy]ou['’]\w+|Sie|Ihre?[mnrs]?|Ihnen|[Dd]u|[Dd]eine?[mnrs]?|[Dd]ir|[Dd]ich|[Ee]uer\w*|[Ee]inen?"
    r"|[Vv]ous|[Vv]otre|[Vv]os|[Tt]u|[Tt]on|[Tt]es|[Tt]ú|[Tt]us|[Tt]e|[Uu]sted\w*|[Vv]ocê\w*|[Ss]eus?|[Ss]uas?"
    r"|[Tt]uo[i]?|[Tt]ua|[Tt]ue|[Ll]ei|[Ii]nvest(?!or|ig|isseu)\w*|buys?|bought|purchase\w*|entry|cost basis"
    r"|compr(?!eh|is|om|es)\w+|inviert\w+|inver(?!sor|s\b|se)\w+"
    r"|[Kk]auf\w*|gekauft|Einstand\w*|Einsatz|angelegt\w*|[Aa]chat\w*|[Aa]chet\w*|plac(?!e\b|es\b|ebo)\w+|mise|acquist\w*)(?![^\W\d_])"
    r"|あなた|お客様|取得|購入|買|投資|保有|您|你|买入|成本|持有|投资|매수|매입|보유|투자|고객님",
)
"""Words of an answer that speaks of the reader's own money."""
SHARES: Final = RarePattern(
    r"[\s-](?:[^\W\d_][\w’'&.]*[\s-]){0,2}?(?:shares?|stocks?|units?|coins?|Aktien?|Anteile?n?|Stück|Papieren?|Vorzügen?|Vorzugsaktien|Stammaktien|actions?|titres?|parts"
    r"|acci(?:ón|ones)|títulos?|aç(?:ão|ões)|azion[ei]|titoli|oz|ounces?|Unzen?|onces?|onzas?|onças?|once"
    r"|barrels?|bushels?|tonnes?)(?![^\W\d_])|\s?(?:株|股|주(?!일|간)|枚|ETF|オンス|盎司|온스)",
    re.IGNORECASE,
)
"""Behind a number of shares."""
_HOW_MANY: Final = re.compile(
    r"\b(?:how many|wie ?viele|combien d['’]|combien de|cu[aá]ntas|cu[aá]ntos|quantas|quantos|quant[ei])\s?"
    r"(?:[^\W\d_][\w’'&.]*[\s-]){0,3}?"
    r"(?:shares?|stocks?|units?|coins?|Aktien|Anteile|actions|titres|parts|acciones|títulos|ações|azioni|titoli)\b"
    r"|何株|何口|[几幾]股|多少股|몇\s?주",
    re.IGNORECASE,
)
"""A question for the number of shares that an amount buys: ``how many shell shares for 2k pounds``."""
_INTO: Final = re.compile(r"\s?(?:in|into|en|dans|em)\s", re.IGNORECASE)
"""Between an amount and what it is put into: ``1000€ in pepsi``."""
_BEFORE_COMPANY: Final = re.compile(r"[\s-]*(?:(?:of|von|der|de|d['’]|di|in|の|个|個|개)\s?)?", re.IGNORECASE)
_PUT: Final = re.compile(
    r"\b(?:put|invest(?:ed|ing)?|spend|spent|anlege|investier[et]|investis|place|invierto|invertí|meto|invisto|investi"
    r"|aplico|investo)\s$",
    re.IGNORECASE,
)
"""Before a sum without currency: ``if i put 2000 in at&t``."""
_POSSESSIVE: Final = re.compile(r"\b(?:[Yy]our|Ihre?[mnr]?|[Dd]eine?[mnr]?|[Vv]otre|[Tt]u|[Tt]us|[Ss]ua?)\s$")
_HELD: Final = frozenset({Kind.PRICE, Kind.COUNT, Kind.MONEY})
_OF_EARNINGS: Final = frozenset({"trailing_pe", "forward_pe"})
_OF_COMPANY: Final = ("dividend", "eps", "target", "book")
"""In names of amounts per share that are never the reader's; a price may be what he paid."""
SPLIT: Final = RarePattern(
    r"\b(?:each|apiece|split|evenly|equally|equal|half|halves|thirds?|jeweils|je|Hälfte|aufgeteilt|gleichmäßig|chacun\w*|moitié"
    r"|répart\w+|cada|mitad|metade|part(?:es|i)\siguais|ciascun\w*|metà)\b|ずつ|半分|各|一半|각각|절반",
    re.IGNORECASE,
)
_MAX_SPLIT: Final = 10
"""Words for equal parts of an amount, and the largest number of them."""
_SAME: Final = 1e-6
_MAX_NUMBERS: Final = 6
_HALF: Final = 0.5
_COUNTED_IN_WORDS: Final = re.compile(
    rf"\b(?P<count>half an?|{one_of(COUNT_WORDS)}) (?P<what>[^\W\d_]+)", re.IGNORECASE
)


class OwnNumber(NamedTuple):
    """A number of the reader's.

    Attributes:
        value: Its value.
        is_money: Whether it has a currency.
        is_count: Whether it counts shares or coins.
        company: What it counts; empty when it is not said.
    """

    value: float
    is_money: bool
    is_count: bool
    company: str = ""


class OwnAmounts:
    """The reader's own numbers, which are no claims about a company.

    Attributes:
        moves: Moves that the question supposes, as parts of one: ``What would a 10% drop mean?``.
        levels: Levels that it may ask about: ``Can it fall below 600?``.
        multiples: Multiples that it supposes: ``What is it worth at a P/E of 12?``.
    """

    def __init__(self) -> None:
        self._numbers: list[OwnNumber] = []
        self.moves: tuple[float, ...] = ()
        self.levels: tuple[float, ...] = ()
        self.multiples: tuple[float, ...] = ()

    def __bool__(self) -> bool:
        return bool(self._numbers or self.multiples)

    def read_question(self, sentence: Sentence, companies: Sequence[Mention]) -> None:
        """Takes the numbers of a question, if it is about the asker's money or counts shares.

        Args:
            sentence: The question.
            companies: The companies in it, also those in small letters.
        """
        self._numbers = []
        self.moves = tuple(
            one.numeral.readings[0].value / 100
            for one in sentence.numbers
            if one.numeral.unit is Unit.PERCENT
        )
        self.levels = tuple(
            value
            for one in sentence.numbers
            if one.numeral.unit in (Unit.NONE, Unit.MONEY) and (value := max(one.numeral.readings).value)
        )
        names = {metric for mention in sentence.metrics for metric in mention.metrics}
        self.multiples = tuple(
            one.numeral.readings[0].value
            for one in sentence.numbers
            if one.numeral.unit in (Unit.NONE, Unit.MULTIPLE) and not names.isdisjoint(_OF_EARNINGS)
        )
        asks = any(words.search(sentence.text) for words in (_ASKS, _HOW_MANY))
        for number in sentence.numbers:
            own = _own_number(sentence, number.numeral, companies)
            is_invested = own.is_money and _INTO.match(sentence.text, number.numeral.end)
            if asks or own.is_count or is_invested:
                self._add(number.numeral, own)
        if asks:
            self._numbers += _counts_in_words(sentence.text, companies)

    def add_words(self, sentence: Sentence) -> None:
        """Takes what an answer counts in words: ``Ten ounces of gold cost about $41,900``."""
        for own in _counts_in_words(sentence.text, sentence.companies):
            if len(self._numbers) < _MAX_NUMBERS and own not in self._numbers:
                self._numbers.append(own)

    def add(self, sentence: Sentence, numeral: Numeral) -> None:
        """Takes a number of an answer that is an example of the reader's money."""
        self._add(numeral, _own_number(sentence, numeral, sentence.companies))

    def takes_part(self, sentence: Sentence, numeral: Numeral) -> bool:
        """Takes an equal part of what the reader has to invest: ``An even split would be $10,000 each``.

        Args:
            sentence: The sentence.
            numeral: One of its numbers.

        Returns:
            Whether the number is a part of this kind.
        """
        if numeral.unit is not Unit.MONEY or not SPLIT.search(sentence.text):
            return False
        wholes = [one.value for one in self.sums if one.is_money]
        for whole, parts in product(wholes, range(2, _MAX_SPLIT + 1)):
            if any(abs(reading.value - whole / parts) <= reading.tolerance for reading in numeral.readings):
                self._add(numeral, OwnNumber(whole / parts, is_money=True, is_count=False))
                return True
        return False

    @property
    def counts(self) -> Sequence[OwnNumber]:
        """Returns the numbers of shares or coins."""
        return [one for one in self._numbers if one.is_count]

    @property
    def sums(self) -> Sequence[OwnNumber]:
        """Returns the other numbers: prices that the reader paid, and amounts of money."""
        return [one for one in self._numbers if not one.is_count]

    def repeats(self, claim: Claim, sentence: Sentence) -> bool:
        """Returns whether a number of an answer is one of the reader's, and said to be his."""
        numeral = claim.numeral
        if not _OF_EARNINGS.isdisjoint(claim.metrics) and numeral.readings[0].value in self.multiples:
            return True
        own = next((one for one in self._numbers if _is_same(one, numeral)), None)
        if own is None or numeral.sign:
            return False
        if own.is_count:
            return numeral.unit is Unit.NONE and not _is_named(claim, (Kind.RATIO, Kind.INDEX))
        metric = METRICS.get(claim.mention.name) if claim.mention is not None and claim.is_tight else None
        if metric is not None and claim.mention is not None:
            is_of_company = any(map(claim.mention.name.__contains__, _OF_COMPANY))
            if metric.kind not in _HELD or is_of_company:
                return False
        if ends_with(_POSSESSIVE, sentence.text, numeral.start):
            return True
        return READER.search(sentence.text) is not None or (metric is None and not sentence.companies)

    def _add(self, numeral: Numeral, own: OwnNumber) -> None:
        is_known = any(_is_same(one, numeral) and one.company == own.company for one in self._numbers)
        is_amount = numeral.unit in (Unit.NONE, Unit.MONEY) and own.value > 0
        if is_amount and not is_known and len(self._numbers) < _MAX_NUMBERS:
            self._numbers.append(own)


def _own_number(sentence: Sentence, numeral: Numeral, companies: Sequence[Mention]) -> OwnNumber:
    # "2,400円" and "5.000 €" are thousands: amounts have no thousandths of a euro.
    value = max(reading.value for reading in numeral.readings)
    if numeral.unit is Unit.MONEY or ends_with(_PUT, sentence.text, numeral.start):
        return OwnNumber(value, is_money=True, is_count=False)
    behind = next((one for one in companies if one.start >= numeral.end), None)
    is_beside = behind is not None and bool(
        _BEFORE_COMPANY.fullmatch(sentence.text, numeral.end, behind.start)
    )
    shares = SHARES.match(sentence.text, numeral.end)
    if not is_beside and shares is None:
        return OwnNumber(value, is_money=False, is_count=False)
    following = next(
        (one.numeral.start for one in sentence.numbers if one.numeral.start >= numeral.end), None
    )
    if behind is not None and (following is None or behind.start < following):
        return OwnNumber(value, is_money=False, is_count=True, company=behind.value)
    before = [one.value for one in companies if one.end <= numeral.start]
    return OwnNumber(value, is_money=False, is_count=True, company=before[-1] if before else "")


def _counts_in_words(text: str, companies: Sequence[Mention]) -> Iterator[OwnNumber]:
    """Yields what a question counts in words: ``I have five ounces of gold``, ``half a bitcoin``."""
    for counted in _COUNTED_IN_WORDS.finditer(text):
        name = next((one for one in companies if one.start <= counted.start("what") < one.end), None)
        behind = name or next((one for one in companies if one.start >= counted.start()), None)
        if name is None and SHARES.fullmatch(f" {counted['what']}") is None:
            continue
        word = counted["count"].lower()
        value = _HALF if word.startswith("half") else float(count_of(word))
        yield OwnNumber(value, is_money=False, is_count=True, company=behind.value if behind else "")


def _is_same(own: OwnNumber, numeral: Numeral) -> bool:
    if numeral.unit not in (Unit.NONE, Unit.MONEY):
        return False
    return any(abs(reading.value - own.value) <= _SAME * own.value for reading in numeral.readings)


def _is_named(claim: Claim, kinds: Sequence[Kind]) -> bool:
    metric = METRICS.get(claim.mention.name) if claim.mention is not None and claim.is_tight else None
    return metric is not None and metric.kind in kinds
