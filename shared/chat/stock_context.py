"""Decides by the words around a word whether it stands where an instrument stands."""

import re
from collections.abc import Sequence
from typing import Final

from shared.chat.foreign_contexts import RESULTS, is_valued
from shared.chat.question_words import (
    COMPARISON_WORDS,
    INSTRUMENT_WORDS,
    LINK_WORDS,
    METRIC_WORDS,
    STOCK_WORDS,
)
from shared.symbols.name_text import LEGAL_FORMS, Word, word_set

_COMPARES: Final = re.compile(
    r"\b(?:comp[aá]r|vergl|confront"
    r"|(?:versus|vs|against|better|worse|cheaper|gegen|besser|mieux|mejor|meglio|melhor)\b"
    r"|(?:than|\w+er als)\b(?! [$€£]?\d)|(?:it|they|them) (?:and|or)\b"
    r"|(?:next to|alongside|side by side|up against|relative to|par rapport [àa]u?|rispetto a\w*|frente al?"
    r"|face [àa]u?|gegenüber)\b"
    r"|which (?:(?:one|company|stock|of (?:them|these|the two)) )?\w+ (?:the )?"
    r"(?:(?:more|less|most|least|best|worst|high|low|fast|slow|strong|weak|large|small|safe|risk)\w*|\w+est\b)"
    r"|(?:plus|moins|más|menos|più|meno|mais) \w+ (?:que|qu'|di|do que)\b(?! [$€£]?\d))"
    r"|\b(?:welche[rs]?|laquelle|lequel|cu[aá]l|quale|qual)\b.{1,30}\b(?:mehr|besser|stärker|schneller|höher|günstiger"
    r"|teurer|plus|moins|mieux|más|menos|mejor|mais|melhor|più|meno|meglio)\b"
    r"|比|비교|보다",
    re.IGNORECASE,
)
_BEHIND_NAMES: Final = (
    STOCK_WORDS | METRIC_WORDS | LEGAL_FORMS | RESULTS | word_set("tech q1 q2 q3 q4 h1 h2 fy futures")
)
"""Words behind a name that make it a company: "linde plc", "apple debt", "visa q4"."""

_ALSO_WORDS: Final = frozenset({"ab", "se", "sa", "co"})
"""Legal forms that are words in lower case: "wie läuft eine Insolvenz ab"."""

_PAIRS_BEHIND_NAMES: Final = frozenset({("market", "cap"), ("p", "e"), ("book", "value"), ("free", "cash")})
_KINDS_OF_SHARES: Final = word_set(
    """
    preferred common ordinary preference voting london frankfurt tokyo paris zurich amsterdam milan madrid
    toronto sydney mumbai seoul taipei stockholm copenhagen oslo xetra us usd eur gbp
    """
)
"""Words between a name and a stock word that say which of its shares: "vw preferred shares"."""

_HELD: Final = word_set("holding holds owns owning bought sold shorting halte gekauft verkauft")
"""What somebody does with an instrument, before its name: "still holding T"."""

_OWNERS: Final = word_set("of for von de di del da do")
_FIGURES: Final = METRIC_WORDS | word_set(
    """
    price earnings dividend dividends valuation revenue profit margins pe forecast outlook kurs umsatz gewinn
    """
)
"""What an instrument has, as comparison keys."""

_OWNED: Final = METRIC_WORDS | word_set("book high low volume close cap")
"""Words before "of" that an instrument follows: "the 52-week high of V"."""

_STATES: Final = word_set(
    """
    doing trading up down overvalued undervalued cheap expensive worth going performing today now priced
    valued good bad better worse safe risky fallen risen falling rising dropping reporting paying buy
    sell hold bargain performed fared moved done cheaper pricier riskier safer outperforming
    underperforming recovering volatile value growth dividend bubble turnaround dead doomed toast finished
    profitable unprofitable overhyped uninvestable bankrupt insolvent solvent listed delisted
    """
)
_DEGREES: Final = word_set("a an too very still really so more currently fairly over quite")
_AUXILIARIES: Final = word_set("is are was does did do will has about why hows whats s")
_ASKING: Final = word_set("is are was does did will has can could would should do")
"""Words that open a question about what comes next: "has apple peaked"."""

_WILL: Final = word_set("will should might could va vai wird soll sollte dovrebbe deberia deve debe")
_DOINGS: Final = METRIC_WORDS | word_set(
    """
    dividend dividends dividende dividenden dividendes dividendos dividendi earnings revenue profit guidance
    report outperform underperform recover shares split gewinn umsatz benefices ganancias lucro lucros utili
    """
)
"""What a company does or has, behind an auxiliary verb."""

_ACTS: Final = word_set(
    """
    earn earned report reported cut raise raised hike hiked beat miss missed lose lost pay paid announce
    announced grow grown guide guided merge acquire acquired fall fallen drop dropped rise risen crash crashed
    tank tanked jump jumped surge surged plunge plunged sink slide peak peaked outperformed underperformed
    """
)
"""What a company does, behind an auxiliary verb and its name: "how much did target earn"."""

_LONGEST_PREDICATE: Final = 5

_PURCHASES: Final = word_set("buy sell hold stock investment bargain short")
_AGAINST: Final = word_set("vs versus against gegen contre contra")
_BENCHMARKS: Final = word_set("its their peers competitors rivals sector industry market benchmark")
"""What an instrument is compared with besides others: "NOW vs its peers"."""

_GOING_ON: Final = word_set("and und et y e ok okay so then also dann auch aussi tambien anche tambem")
"""Words before the name of a question that goes on with the one before."""

_GOING_ON_BEHIND: Final = word_set("too then instead please bitte auch aussi tambien anche tambem dann")

_RARELY_WORDS: Final = word_set(
    "adobe amazon apple bp chevron dell ford gm intuit meta micron oracle uber vw zara"
)
"""Names that are rarely the ordinary word behind a word that opens a question."""

_EXCHANGES: Final = word_set("nyse nasdaq amex arca lse xetra etr fra epa tsx asx nse bse hkex tyo otc")
_BUSINESS: Final = METRIC_WORDS | word_set(
    """
    sales revenue revenues growth margins profit profits profitability earnings users subscribers shipments
    deliveries ads advertising monetisation monetization business segment division umsatz umsatze absatz
    parent owner maker hersteller eigentumer mutterkonzern fabricant proprietaire fabricante propietario
    proprietario dueno matriz wachstum verkaufe verkaufszahlen nutzer werbeumsatz ventes croissance revenus
    recall recalls ruckruf outage outages launch preorders
    demand orders bookings backlog patent patents biosimilar biosimilars generics pricing
    losses ventas ingresos crecimiento vendas receita crescimento vendite ricavi crescita
    """
)
"""Words that make a product a part of its maker's business: "iPhone sales"."""

_MAKING: Final = word_set(
    "owns makes produces manufactures owned made behind gehort gehoert baut produziert possede appartient"
    " fabrique produit pertenece fabrica pertence produce appartiene possiede"
)
"""What the question about the maker of a product has before the product: "who owns YouTube"."""

_WHOSE: Final = word_set(
    "who whose which wer wem welche qui quelle quien que quem chi quale company firm unternehmen entreprise"
    " empresa azienda"
)
_SOLD: Final = word_set(
    """
    ad revenue subscribers users monetisation monetization shipments deliveries advertising umsatz nutzer
    """
)
"""Those of them that an ordinary word has rarely: "slack revenue", "threads users"."""

_PRODUCES: Final = word_set(
    "does did do is are macht erzielt bringt rapporte genere genera gera fa rende faz"
)
"""Words between a figure and the product that it comes from: "how much revenue does Azure bring in"."""

_PROSPERS: Final = word_set(
    """
    growing grow grew profitable shrinking wachst rentabel profitabel croit rentable crece cresce lucrativo
    redditizio earn earns earning generate generates contribute contributes monetised monetized verdient
    """
)
"""What a business does: "is YouTube profitable"."""

_EARNS: Final = frozenset(
    {("make", "money"), ("make", "per"), ("make", "in"), ("make", "a"), ("bring", "in")}
)
"""The same in two words: "how much does YouTube make per year"."""

_MODELS: Final = word_set("pro max ultra plus mini air")
"""Words of the models of a product: "iPhone 17 Pro sales"."""


def compares(text: str) -> bool:
    """Returns whether a question compares."""
    return _COMPARES.search(text) is not None


def in_stock_context(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether the words ``first`` to ``last`` (exclusive) stand where an instrument stands.

    That is: alone, beside a stock word ("apple stock", "price of apple"), in "is apple cheap", or after
    "compare".
    """
    if _is_alone(words, first, last):
        return True
    after = [word.key for word in words[last : last + 4] if word.key != "s"]
    before = [word.key for word in words[max(0, first - 4) : first]]
    if last < len(words) and words[last].text in _ALSO_WORDS:
        after = ["", *after[1:]]
    if len(after) > 1 and after[0] in _KINDS_OF_SHARES and after[1] in STOCK_WORDS:
        return True
    if after and (after[0] in _BEHIND_NAMES or tuple(after[:2]) in _PAIRS_BEHIND_NAMES):
        return True
    owns = before[-1:] and before[-1] in _OWNERS
    while before and before[-1] in LINK_WORDS:
        before.pop()
    if before and (before[-1] in STOCK_WORDS | COMPARISON_WORDS | _HELD or (owns and before[-1] in _OWNED)):
        return True
    if is_valued(after) or _has_future(words, last):
        return True
    return _has_state(words, first, after) or _is_asked_about(words, first, last)


def _is_alone(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a question has nothing else but words that go on with the one before: "and silver?"."""
    before = all(word.key in _GOING_ON for word in words[:first])
    return before and all(word.key in _GOING_ON_BEHIND for word in words[last:])


def _has_state(words: Sequence[Word], first: int, after: list[str]) -> bool:
    while after and after[0] in _DEGREES:
        after = after[1:]
    if not after or first == 0:
        return False
    before = words[first - 1].key
    state = after[0] in _STATES | STOCK_WORDS and before in _AUXILIARIES
    return state or (after[0] in _ACTS and before in _ASKING)


def is_subject(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether words do what companies do: "did target raise guidance"."""
    after = [word.key for word in words[last : last + 4]]
    return _has_state(words, first, after) and after[0] not in STOCK_WORDS


def _has_future(words: Sequence[Word], last: int) -> bool:
    """Returns whether a name will do something that companies do: "vale vai pagar dividendos"."""
    behind = words[last + 1 : last + _LONGEST_PREDICATE]
    will = last < len(words) and words[last].key in _WILL
    return will and any(word.key in _DOINGS for word in behind)


def _is_asked_about(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a question opens with a name that is rarely a word: "oracle cloud backlog"."""
    if last - first > 1 or last == len(words):
        return False
    if first == 0 and len(words[0].text) == 1 and words[0].text.isupper():
        return words[last].key in _AGAINST
    if words[first].key not in _RARELY_WORDS:
        return False
    if first == 0:
        business = any(word.key in _BUSINESS | STOCK_WORDS for word in words[last : last + 3])
        return business or words[last].key in _AGAINST
    return first == 1 and words[0].key in _ASKING


def has_figure(words: Sequence[Word], last: int) -> bool:
    """Returns whether a figure of an instrument follows the word before an index: "apples p/e"."""
    after = [word.key for word in words[last : last + 2]]
    return after[:1] != [] and (after[0] in _FIGURES or tuple(after) in _PAIRS_BEHIND_NAMES)


def opens_business(words: Sequence[Word], index: int) -> bool:
    """Returns whether a word opens a question about a business: "ubers path to profitability"."""
    return index == 0 and any(word.key in _BUSINESS for word in words[1:4])


def is_elided(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether a word is an article without its vowel: "prezzo dell'azione", not "dell's sales"."""
    if index + 1 == len(words) or text[words[index].end] not in "'’":
        return False
    behind = words[index + 1]
    return behind.start == words[index].end + 1 and behind.key != "s"


def is_sold(words: Sequence[Word], last: int) -> bool:
    """Returns whether the word before an index is a product also in lower case: "threads users"."""
    return last < len(words) and words[last].key in _SOLD


def in_business_context(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a product is spoken of as a business: "iPhone sales", "the growth of the iPhone"."""
    while last < len(words) and (words[last].key in _MODELS or any(map(str.isdigit, words[last].key))):
        last += 1
    after = [word.key for word in words[last : last + 3] if word.key != "s"]
    if after and (after[0] in _BUSINESS or (after[0] in {"ad", "unit", "market"} and len(after) > 1)):
        return True
    before = [word.key for word in words[max(0, first - 4) : first]]
    if _WHOSE.intersection(before) and {*before, *after[:1]} & _MAKING:
        return True
    earns = after[:1] and (after[0] in _PROSPERS or tuple(after[:2]) in _EARNS)
    if earns and before and before[-1] in _AUXILIARIES | _PRODUCES:
        return True
    links = False
    while before and before[-1] in LINK_WORDS | _PRODUCES:
        before.pop()
        links = True
    return links and bool(before) and before[-1] in _BUSINESS


def is_called_instrument(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether a word is called a stock: "cost stock", "ticker cost", "NYSE: COST", "NOW earnings"."""
    after = words[index + 1].key if index + 1 < len(words) else ""
    has_figure = after in _FIGURES and text[words[index].end : words[index + 1].start] == " "
    if words[index].text.isupper() and (has_figure or _is_judged(words, index)):
        return True
    beyond = words[index + 2].key if index + 2 < len(words) else ""
    if words[index].text.isupper() and after in _AGAINST and beyond in _BENCHMARKS:
        return True
    return after in INSTRUMENT_WORDS or is_introduced(text, words, index)


def _is_judged(words: Sequence[Word], index: int) -> bool:
    """Returns whether a question asks if a word in capitals is a purchase: "is NOW a good buy"."""
    if index == 0 or words[index - 1].key != "is" or words[index].text == "IT":
        return False
    after = [word.key for word in words[index + 1 : index + 4]]
    return after[:1] in (["a"], ["an"]) and any(key in _PURCHASES for key in after[1:])


def ends_in_article(words: Sequence[Word], last: int) -> bool:
    """Returns whether the last word of a name is the article of what follows: "is BRK a buy".

    Args:
        words: The words of a question.
        last: Index behind the last word of the name.
    """
    behind = [word.key for word in words[last : last + 2]]
    return words[last - 1].text == "a" and any(key in _PURCHASES for key in behind)


def is_introduced(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether the word before says that a ticker follows: "ticker A", "NYSE: A"."""
    if not 0 < index < len(words):
        return False
    before = words[index - 1]
    colon = ":" in text[before.end : words[index].start]
    return before.key in {"ticker", "symbol"} or (colon and before.key in _EXCHANGES)


def opens_sentence(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether a word is the first of its sentence."""
    return index == 0 or (
        re.search(r"[.!?:;¿¡\n]", text[words[index - 1].end : words[index].start]) is not None
    )
