"""Durations in prose: ``six months``, ``52 Wochen``, ``过去12个月``."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from shared.figures.reading.count_words import COUNT_WORDS
from shared.figures.reading.lexicon import tokens, word_set
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.tenths import HAN_DIGITS
from shared.figures.reading.units import one_of

_ARTICLES: Final = frozenset(
    {"a", "an", "ein", "einem", "einen", "einer", "eine", "un", "une", "una", "uno", "uma"}
)
_WORDS: Final = {
    **COUNT_WORDS,
    **{f"{word}einhalb": count + 0.5 for word, count in COUNT_WORDS.items()},
    **dict.fromkeys(_ARTICLES, 1),
    "anderthalb": 1.5,
    "eineinhalb": 1.5,
    **{
        word: count
        for count, words in {
            13: "thirteen dreizehn treize trece tredici",
            14: "fourteen vierzehn quatorze catorce quattordici",
            15: "fifteen fünfzehn quinze quince quindici",
            16: "sixteen sechzehn seize dieciséis dezesseis sedici",
            18: "eighteen achtzehn dieciocho dezoito diciotto",
            20: "twenty zwanzig vingt veinte vinte venti",
            24: "vierundzwanzig veinticuatro ventiquattro",
            25: "fünfundzwanzig veinticinco venticinque",
            30: "thirty dreißig trente treinta trinta trenta",
        }.items()
        for word in words.split()
    },
    "fifty-two": 52,
    "zweiundfünfzig": 52,
}
_HALF_BEFORE: Final = r"(?P<half>\sand\sa\shalf)?"
_HALF_BEHIND: Final = r"(?P<half2>\s(?:et\sdemie?|y\smedi[oa]|e\smei[oa]|e\smezz[oa]))?"
"""``three and a half months``, ``trois mois et demi``."""
_UNITS: Final = {
    1.0: word_set(
        """
        day days session sessions candle candles bar bars tag tage tagen tages handelstag
        handelstage handelstagen börsentag börsentage börsentagen kerze kerzen jour jours séance
        séances día días sesión sesiones dia dias pregão pregões giorno giorni seduta sedute jornada
        jornadas rueda ruedas 日 日間
        営業日 天 个交易日 個交易日 营业日 일 거래일
        """
    ),
    7.0: word_set(
        """
        week weeks woche wochen semaine semaines semana semanas settimana settimane 週間 週 周 星期 주 주간
        """
    ),
    30.44: word_set(
        """
        month months monat monate monaten monats mois mes meses mês mese mesi か月 ヶ月 カ月 个月 個月 개월
        """
    ),
    91.3: word_set(
        """
        quarter quarters quartal quartale quartalen quartals trimestre trimestres trimestri 四半期 个季度
        個季度 분기
        """
    ),
    365.25: word_set(
        """
        year years jahr jahre jahren jahres ans année années año años ano anos anno anni 年間 年 년
        년간
        """
    ),
    0.04: word_set("hour hours stunde stunden heure heures hora horas ora ore 時間 小时 시간"),
    0.0007: word_set("minute minutes minuten minuto minutos minuti 分鐘 分钟 分間"),
}
_TRADING_DAYS: Final = word_set(
    """
    session sessions candle candles bar bars handelstag handelstage handelstagen börsentag börsentage
    börsentagen kerze kerzen séance séances sesión sesiones pregão pregões seduta sedute jornada
    jornadas rueda ruedas 営業日 个交易日
    個交易日 营业日 거래일
    """
)
_QUARTERS: Final = frozenset({"quarter", "quarters"})
_OF_WHOLE: Final = re.compile(
    r"\sof\s(?=[^\W\d_])(?!(?:[a-z-]+\s)?(?:growth|gains?|declines?|losses|results|data|increases?|decreases?|beats?|misses"
    r"|expansion|contraction|(?:[a-z]+\s)?year|fiscal|FY"
    r"|the (?:past|last))\b)",
    re.IGNORECASE,
)
"""Behind a share that is no time: "three quarters of supply", but "three quarters of growth"."""
_HALF: Final = 0.5
_FAR: Final = 40
_CALENDAR_DAYS: Final = 1.45
"""Days of the calendar to one of trading: 365 to 252."""
_DAYS: Final = {unit: days for days, units in _UNITS.items() for unit in units}
_LATIN: Final = one_of(unit for unit in _DAYS if unit[0] < "\u3000")
_CJK: Final = one_of(unit for unit in _DAYS if unit[0] >= "\u3000")
_DURATION: Final = re.compile(
    rf"(?<![A-Za-z0-9_.,$€£¥\u00c0-\u024f])(?P<number>\d{{1,3}}(?:[.,]5)?|{one_of(_WORDS)}){_HALF_BEFORE}"
    r"(?:\s?(?:-|–|to|or|bis|oder|à|a|o|ou)\s?(?P<upper>\d{1,3}))?"
    rf"(?:(?:[\s-]|\s(?:trading|straight|consecutive|full|fiscal|calendar|business|aufeinanderfolgende[nr]?"
    # "sur les six derniers mois", "en los seis últimos meses"
    r"|volle[nr]?|derni[eè]re?s|prochaine?s|últim[oa]s|próxim[oa]s|ultim[ie]|prossim[ie])\s)?"
    rf"(?P<unit>{_LATIN})(?![^\W\d_]){_HALF_BEHIND}"
    rf"|\s?(?:连续|連続)?(?P<cjk>{_CJK})(?![元圆円]|报|报告|度|初|末|底|均线|線|线|선|移動|移动|高|低|最|目標|를|의\s(?:가치|배당)|\s?(?:살|사면|매수|매입|구매)))",
    re.IGNORECASE,
)
_IN_HAN: Final = re.compile(
    rf"(?<![{''.join(HAN_DIGITS)}十百第])(?P<number>[{''.join(HAN_DIGITS)}])"
    r"(?P<unit>年間|年(?![前级期度])|个月|個月|か月|週間|周|个季度|個季度)"
)
_OF_YEAR: Final = re.compile(
    r"(?P<nine>前[三3]季度|3분기\s?누적|누적\s?3분기|第[3三]四半期累計|(?<!\d)4\s?[〜～~-]\s?12月期|(?<!\d)1\s?[〜～~-]\s?9月期)"
    r"|上半年|上期|上半期|中間期|상반기|(?<!\d)4\s?[〜～~-]\s?9月期|(?<!\d)1\s?[〜～~-]\s?6月期"
)
"""Nine and six months of a business year: ``前三季度``, ``4〜9月期``."""
_MONTHS: Final = {True: 9, False: 6}
_CONTRACT: Final = re.compile(
    r"\b(?:contracts?|orders?|deals?|agreements?|\w*(?:vertrag|auftrag|abkommen)\w*|contrats?|commandes?|accords?"
    r"|contratos?|pedidos?|acuerdos?|acordos?|contratt[oi]|ordin[ei]|accord[oi])\b|契約|受注|合同|订单|訂單|계약|수주",
    re.IGNORECASE,
)
"""What runs for a time that is agreed on."""
_RUNS: Final = re.compile(
    r"\b(?:over|for|spans?|lasts?|läuft|dauert|über|auf|beträgt|sur|pendant|dure|dura|durante|por|per|para|su|em"
    r"|es de|est de|è di|é de)\s(?:about\s|rund\s|environ\s|unos\s)?$"
    r"|(?:기간|期間|期限|合同期|合同期限|契約期間)(?:은|이|は|为|為|是)?\s?(?:約|约|약\s)?$",
    re.IGNORECASE,
)
"""Between a contract and how long it runs."""
_CONTRACT_NEXT: Final = RarePattern(rf"[\s-](?:[^\W\d_]+\s)?(?:{_CONTRACT.pattern})", re.IGNORECASE)
UNIT_KEYS: Final = frozenset(token.key for unit in _DAYS for token in tokens(unit)[-1:])
"""The folded forms of the words of which every duration has one."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in a text.

    Attributes:
        text: As it is written.
        number: How many units; the upper end of a range.
        lower: The lower end of a range, or ``number``.
        days: Its length in days, of the calendar or of trading.
        calendar_days: Its length in days of the calendar.
        start: Its place.
        end: The place after it.
    """

    text: str
    number: float
    lower: float
    days: float
    calendar_days: float
    start: int
    end: int


def _is_share(text: str, match: re.Match[str]) -> bool:
    """``three quarters of supply``, ``fell by three quarters``: no time."""
    return _OF_WHOLE.match(text, match.end()) is not None or text[: match.start()].endswith((" by ", " By "))


def find_durations(text: str, keys: AbstractSet[str]) -> list[Duration]:
    """Returns the durations of a sentence; "a year" counts as none, since nothing is counted.

    Args:
        text: One sentence.
        keys: The folded forms of its words.
    """
    found: list[Duration] = []
    if keys.isdisjoint(UNIT_KEYS):
        return found
    for match in _DURATION.finditer(text):
        written = match["number"].lower()
        if written in _ARTICLES:
            continue
        number = float(_WORDS.get(written) or written.replace(",", ".")) + _HALF * bool(
            match["half"] or match["half2"]
        )
        unit = (match["unit"] or match["cjk"]).lower()
        if unit in _QUARTERS and number in (1, 3) and _is_share(text, match):
            continue
        upper = float(match["upper"]) if match["upper"] else number
        days = upper * _DAYS[unit]
        calendar = days * (_CALENDAR_DAYS if unit in _TRADING_DAYS else 1.0)
        found.append(Duration(match[0], upper, number, days, calendar, match.start(), match.end()))
    return found


def days_in_han(text: str) -> Iterator[float]:
    """Yields the lengths of the times that East Asian words of a text tell: ``五年``, ``前三季度``."""
    for match in _IN_HAN.finditer(text):
        yield HAN_DIGITS[match["number"]] * _DAYS[match["unit"]]
    for match in _OF_YEAR.finditer(text):
        yield _MONTHS[match["nine"] is not None] * _DAYS["months"]


def may_tell_contract(text: str, keys: AbstractSet[str]) -> bool:
    """Returns whether a sentence says how long a contract runs."""
    if keys.isdisjoint(UNIT_KEYS) or _CONTRACT.search(text) is None:
        return False
    return any(is_of_contract(text, one) for one in find_durations(text, keys))


def is_of_contract(text: str, duration: Duration) -> bool:
    """Returns whether a contract is said to run that long: it is no span over which something changed."""
    if _CONTRACT.search(text) is None:
        return False
    before = text[max(0, duration.start - _FAR) : duration.start]
    return _RUNS.search(before) is not None or _CONTRACT_NEXT.match(text, duration.end) is not None
