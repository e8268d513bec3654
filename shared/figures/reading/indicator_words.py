"""Technical indicators with parameters, which are no figures: ``50-/200-DMA``, ``200-Tage-Linie``."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from shared.figures.reading.durations import Duration
from shared.figures.reading.lexicon import fold, word_set
from shared.figures.reading.sentence import MetricMention

_PARAMETERS: Final = frozenset({5, 9, 10, 12, 20, 21, 26, 30, 50, 90, 100, 150, 200})
_AVERAGES: Final = frozenset({20, 50, 100, 200})
_ALONE: Final = re.compile(r"(?:50|100|200)-(?:day|Tage?)")
_CURRENCY: Final = r"(?:[A-Z]{0,3}[$€£¥]|[A-Z]{3}\s)?"
_LEVEL_BEHIND: Final = re.compile(rf"\s?[(（]{_CURRENCY}\s?\d[\d.,]*(?:\s[^\W\d_]+)?[)）]")
_LABEL_BEFORE: Final = re.compile(r"[\s*_•·・>-]*")
_LABEL_BEHIND: Final = re.compile(rf"[\s*_]*(?:$|[:：][\s*_]*{_CURRENCY}\s?\d[\d.,]*(?![\d.,]|\s?[%％]))")
"""Around days that are the label of a line or cell with a level: ``- 20 jours : 136,48 €``."""
_NUMBER: Final = r"(?<![\d.,$€£¥])\d{1,3}"
_DAY: Final = r"(?:[\s-]?(?:days?|d|sessions?|periods?|Tage?s?|Handelstage|日間?|天|일)[\s-]?|er-)"
_ITS_OWN: Final = r"(?<=-\s)(?:and|und|or|oder)\s(?:the|der|die|den)"
"""Between the days of two averages with articles of their own: ``der 20- und der 50-Tage-Linie``."""
_JOIN: Final = (
    rf"(?:{_DAY}?-?\s?(?:,\s(?:and\s|und\s)?|/|{_ITS_OWN}|and|und|&|or|・|、|和|와|및|과)\s?\d{{1,3}})"
)
_AVERAGE: Final = (
    r"(?:simple\s|exponential\s)?(?:(?:moving[\s-])?averages?|moving|SMAs?|EMAs?|DMAs?|MAs?|avg\.?|line|Linien?"
    r"|(?:gleitende[rn]?\s)?Durchschnitts?(?:linien?)?|Schnitt|GD|移動平均線?|移动平均线?|移动均线|均线|均線|平均线|平均線"
    r"|이동평균선?|이평선|平均(?!株価|目標|单价)|指数移動平均線?|선|線|线)"
)
_OF: Final = (
    r"(?:of|über|à|a|de|sur|des|di|delle|der|over|los|las|dos|das|ultime|letzten|last|the|past|dernières|derniers|últimos"
    r"|últimas)"
)
_PATTERN: Final = re.compile(
    # No other character begins one of these.
    r"(?=[\dSEDMGWRAmgDalnàcsd])(?:"
    # "50- and 200-day averages", "200-Tage-Linie", "200日均线"
    rf"{_NUMBER}{_JOIN}{{0,3}}{_DAY}{_AVERAGE}(?![A-Za-z])"
    # "50-/200-DMA"
    r"|(?<![\d.,$€£¥])\d{2,3}(?:\s?-?\s?/\s?\d{2,3})*-?\s?(?:DMA|SMA|EMA)(?![A-Za-z])"
    # "SMA 50", "MM200", "SMA 50/200"
    r"|(?<![A-Za-z])(?P<short>(?:SMA|EMA|DMA|MA|GD|MM|MME|WMA)[\s-]?(?P<open>\()?\d{1,3}(?:(?:/|\s?(?:and|und|et|y)\s)\d{1,3})?(?(open)\)|)"
    r"(?![.,]?\d)(?!\s?%|\s?[$€£](?!\d)))"
    # "moyenne mobile à 50 jours", "average of the last 200 days"
    r"|(?:moyennes?(?:\smobiles?)?|medias?(?:\sm[óo]vil(?:es)?)?|médias?(?:\smóve(?:l|is))?|medi[ae](?:\smobil[ei])?"
    r"|(?:gleitende[rn]?\s)?Durchschnitt|average)(?:\s(?:simples?|exponentielle|exponencial|esponenziale))?"
    rf"\s(?:{_OF}\s){{1,4}}\d{{1,3}}(?:,\s\d{{1,3}}){{0,2}}(?:\s(?:et|y|e|und|and)\s(?:(?:à|a|de)\s)?\d{{1,3}})?"
    r"\s(?:days|jours|séances|días|sesiones|dias|pregões|giorni|sedute|Tagen?|periodos|períodos)"
    # "medias de 20 (233,10), 50 (235,80) y 200 sesiones"
    rf"|(?<![\d.,$€£¥])(?P<listed>20|50|100|200)(?=\s?[(（]{_CURRENCY}\s?\d)"
    # "la media de 50 sesiones superó a la de 200"
    r"|(?<![A-Za-z])(?:la|a|da|na|à|alla|della|dalla|sulla|celle|die|der)\s(?:de|à|a|di)\s(?P<elliptic>20|50|100|200)"
    r"(?![.,]?\d|\s?%|\s?[$€£])(?!\s(?:days|jours|séances|días|sesiones|dias|pregões|giorni|sedute|millones|milliards))"
    # "the averages: 74.20 over 20 days, 75.86 over 50 and 77.41 over 200"
    r"|(?:(?<=\d\sover\s)|(?<=\d\süber\s)|(?<=\d\ssur\s)|(?<=\d\sen\s)|(?<=\d\sa\s)|(?<=\d\ssu\s))"
    r"(?P<windowed>20|50|100|200)(?=\s?[,;)]|\s?\.(?!\d)|\s(?:and|und|et|y|e)\s|$)"
    r"|(?<![A-Za-z])(?P<oscillator>RSI|ATR)[\s-]?(?P<opened>\(\s?)?(?:14|7|9|2|21)(?(opened)\s?\)|)(?![\d.,]*\d|\s?%))"
)
_PARAMETER: Final = re.compile(r"\d(?<![\d.,$€£¥]\d)\d{0,2}(?!\.?\d)")
"""A number that may be one of days: each pattern has one, and "an RSI of 61.2" has none."""
_DIGITS: Final = re.compile(r"\d{1,3}")
_DAYS: Final = re.compile(r"-(?:days?|sessions?|Tage?)\b|日間?|天|일")
"""Behind the days of an average in a list: "the 20-day, 50-day and 200-day averages"."""
_EXPONENTIAL: Final = re.compile(r"EMA|MME|xpon|espon|指数")
_AVERAGE_KEYS: Final = frozenset(
    map(
        fold,
        word_set(
            "average averages Durchschnitt Durchschnitte moyenne moyennes media medias média médias medie"
        ),
    )
)
_KEYS: Final = frozenset(
    map(
        fold,
        word_set(
            """
            SMA EMA DMA MA GD MM MME WMA RSI ATR average averages moving line avg Linie Durchschnitt
            Durchschnitts Durchschnittslinie Schnitt moyenne moyennes media medias média médias medie
            線 线 선 均 d day days
            """
        ),
    )
)
_OSCILLATOR: Final = "rsi_14"
_OF_MONEY: Final = re.compile(
    r"\s(?:of\s|at\s|around\s)?(?:[A-Z]{0,3}[$€£¥]|[\d.,]+\s?(?:dollars|euros|[$€£¥]))"
)
_MONEY_BEFORE: Final = re.compile(r"[$€£¥]\s?[\d.,]+\s$")


def find_indicators(text: str, keys: AbstractSet[str]) -> list[MetricMention]:
    """Returns the averages and oscillators of a sentence that are written with their parameters."""
    found: list[MetricMention] = []
    if keys.isdisjoint(_KEYS) or _PARAMETER.search(text) is None:
        return found
    for match in _PATTERN.finditer(text):
        if match["oscillator"]:
            name = f"{match['oscillator'].lower()}_14"
            found.append(MetricMention(name, (name,), match.start(), match.end()))
            continue
        if (match["listed"] or match["elliptic"] or match["windowed"]) and keys.isdisjoint(_AVERAGE_KEYS):
            continue
        numbers = list(_DIGITS.finditer(text, match.start(), match.end()))
        if match["short"] and any(int(number[0]) not in _PARAMETERS for number in numbers):
            continue
        kind = "ema" if _EXPONENTIAL.search(match[0]) else "sma"
        for index, number in enumerate(numbers):
            start = number.start() if index else match.start()
            days = _DAYS.match(text, number.end())
            own_end = days.end() if days is not None else number.end()
            end = own_end if index < len(numbers) - 1 else match.end()
            metric = f"{kind}_{int(number[0])}"
            found.append(MetricMention(metric, (metric,), start, end))
    return found


def speaks_of_averages(keys: AbstractSet[str], metrics: Sequence[MetricMention]) -> bool:
    """Tells whether a sentence is about averages of prices."""
    return not keys.isdisjoint(_AVERAGE_KEYS) or any(
        mention.name.startswith(("sma", "ema")) for mention in metrics
    )


def averages_among(
    text: str, durations: Sequence[Duration], *, speaks_of_averages: bool
) -> dict[Duration, MetricMention]:
    """Returns the days that mean an average: ``above both the 50-day ($240.35) and 200-day averages``.

    Args:
        text: The sentence.
        durations: The durations of a sentence.
        speaks_of_averages: Whether the sentence names an average.
    """
    found: dict[Duration, MetricMention] = {}
    # "$5,905 (50-day), $6,284 (20-day)"
    speaks_of_averages = speaks_of_averages or any(_ALONE.fullmatch(one.text) for one in durations)
    for duration in durations:
        days = int(duration.number)
        is_average = duration.days == duration.number == duration.lower and days in _AVERAGES
        if is_average and (
            speaks_of_averages
            # "between the 20-day ($31.47) and the lower band"
            or _LEVEL_BEHIND.match(text, duration.end)
            or _is_label(text, duration)
        ):
            name = f"sma_{days}"
            found[duration] = MetricMention(name, (name,), duration.start, duration.end)
    return found


def _is_label(text: str, duration: Duration) -> bool:
    """Returns whether days are the label of what follows them: ``- **50 Tage:** 82,77 €``."""
    is_first = _LABEL_BEFORE.fullmatch(text, 0, duration.start) is not None
    return is_first and _LABEL_BEHIND.match(text, duration.end) is not None


def without_levels_of_indicators(text: str, mentions: list[MetricMention]) -> list[MetricMention]:
    """Returns the names without levels of the RSI, which are no prices: ``the overbought level``."""
    if not any(one.name == _OSCILLATOR for one in mentions):
        return mentions
    kept: list[MetricMention] = []
    for one in mentions:
        is_level = text[one.start : one.end].lower() == "level" and kept and kept[-1].name == _OSCILLATOR
        if not is_level or _OF_MONEY.match(text, one.end) or _MONEY_BEFORE.search(text[: one.start]):
            kept.append(one)
    return kept
