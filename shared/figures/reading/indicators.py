"""Technical indicators with parameters, which are no figures: ``50-/200-DMA``, ``200-Tage-Linie``."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.reading.durations import Duration
from shared.figures.reading.lexicon import Token, fold
from shared.figures.reading.sentence import MetricMention

_PERIODS_OF_INDICATORS: Final = frozenset({5, 9, 10, 12, 20, 21, 26, 30, 50, 90, 100, 150, 200})
_AVERAGES: Final = frozenset({20, 50, 100, 200})
_AVERAGE_AFTER: Final = (
    r"(?:simple\s|exponential\s)?(?P<kind_after>(?:moving[\s-])?averages?|moving|SMAs?|EMAs?|DMAs?|MAs?"
    r"|avg\.?|line|Linien?|"
    r"(?:gleitende[rn]?\s)?Durchschnitts?(?:linien?)?|Schnitt|GD|移動平均線?|移动平均线?|移动均线|均线|均線|平均线|平均線|이동평균선?"
    r"|이평선|指数移動平均線?)"
)
_ALONE: Final = re.compile(r"(?:50|100|200)-(?:day|Tage?)")
_DAY: Final = r"(?:[\s-]?(?:days?|d|sessions?|periods?|Tage?s?|Handelstage|日間?|天|일)[\s-]?)"
_AVERAGE_AGAIN: Final = _AVERAGE_AFTER.replace("kind_after", "kind_after2")
_INDICATORS: Final = re.compile(
    rf"(?P<first>(?<![\d.,$€£¥])\d{{1,3}}){_DAY}?-?\s?(?:/|,|and|und|&|or|・|、|和|와|및"
    rf"|과)\s?(?P<second>\d{{1,3}}){_DAY}{_AVERAGE_AFTER}"
    rf"|(?<![\d.,$€£¥])(?P<one>\d{{1,3}}){_DAY}{_AVERAGE_AGAIN}(?![A-Za-z])"
    r"|(?<![\d.,$€£¥])(?P<dma>\d{2,3})(?:/|-/|\s?-\s?/)?(?P<dma2>\d{2,3})?-?\s?(?:DMA|SMA|EMA)(?![A-Za-z])"
    r"|(?<![A-Za-z])(?P<kind>SMA|EMA|DMA|MA|GD|MM|MME|WMA)(?:\s|-)?\(?(?P<after>\d{1,3})(?:(?:/|\s?(?:and"
    r"|und|et|y)\s)(?P<after2>\d{1,3}))?\)?(?![.,]?\d)(?!\s?%|\s?[$€£](?!\d))"
    r"|(?P<long>(?:moyennes?\smobiles?|medias?\sm[óo]vil(?:es)?|médias?\smóve(?:l|is)|medi[ae]\smobil[ei]"
    r"|gleitende[rn]?\sDurchschnitt|Durchschnitt|average)(?:\s(?:simples?|simple|exponentielle|exponencial"
    r"|esponenziale))?"
    r"\s(?:(?:of|à|a|de|sur|des|di|delle|der|over|los|las|dos|das|ultime|letzten|last|the|past|dernières"
    r"|derniers|últimos|últimas)\s){1,4})(?P<days>\d{1,3})(?:\s(?:et|y|e|und"
    r"|and)\s(?P<days2>\d{1,3}))?\s(?:days|jours|séances|días|sesiones|dias|pregões|giorni|sedute|Tage[n]?"
    r"|periodos|períodos)"
    r"|(?<![A-Za-z])(?P<osc>RSI|ATR)(?:\s|-)?\(?\s?(?:14|7|9|2|21)\s?\)?(?![\d.,]*\d|\s?%)"
)
_INDICATOR_KEYS: Final = frozenset(
    fold(word)
    for word in (
        *(
            "SMA",
            "EMA",
            "DMA",
            "MA",
            "GD",
            "MM",
            "MME",
            "WMA",
            "RSI",
            "ATR",
            "average",
            "averages",
            "moving",
            "line",
            "avg",
        ),
        *(
            "Linie",
            "Durchschnitt",
            "Durchschnitts",
            "Durchschnittslinie",
            "Schnitt",
            "moyenne",
            "moyennes",
            "media",
            "medias",
        ),
        *("média", "médias", "medie", "線", "线", "선", "均", "d", "day", "days"),
    )
)


def find_indicators(text: str, words: Sequence[Token]) -> list[MetricMention]:
    """Returns the averages and oscillators of a sentence that are written with their parameters."""
    found: list[MetricMention] = []
    if all(word.key not in _INDICATOR_KEYS for word in words):
        return found
    for match in _INDICATORS.finditer(text):
        groups = match.groupdict()
        if groups["osc"]:
            name = f"{groups['osc'].lower()}_14"
            found.append(MetricMention(name, (name,), match.start(), match.end()))
            continue
        written = match[0].lower()
        kind = (
            "ema"
            if "ema" in written or "expon" in written or "esponen" in written or "指数" in written
            else "sma"
        )
        names = ("first", "second", "one", "dma", "dma2", "after", "after2", "days", "days2")
        places = [name for name in names if groups[name]]
        if groups["kind"] and any(int(groups[name]) not in _PERIODS_OF_INDICATORS for name in places):
            continue
        for index, name in enumerate(places):
            last = index == len(places) - 1
            start = match.start() if index == 0 else match.start(name)
            end = match.end() if last else match.end(name)
            metric = f"{kind}_{int(groups[name])}"
            found.append(MetricMention(metric, (metric,), start, end))
    return found


def averages_among(
    durations: Sequence[Duration], *, speaks_of_averages: bool
) -> dict[Duration, MetricMention]:
    """Returns the days that stand for an average: ``above both the 50-day ($240.35) and 200-day averages``.

    Args:
        durations: The durations of a sentence.
        speaks_of_averages: Whether the sentence names an average.
    """
    found: dict[Duration, MetricMention] = {}
    for duration in durations:
        days = int(duration.number)
        is_average = duration.days == duration.number == duration.lower and days in _AVERAGES
        if is_average and (speaks_of_averages or _ALONE.fullmatch(duration.text)):
            name = f"sma_{days}"
            found[duration] = MetricMention(name, (name,), duration.start, duration.end)
    return found
