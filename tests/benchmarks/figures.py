"""The check of the figures in an answer, against counting the words of a text as often as is said below.

``python -m tests.benchmarks.figures`` prints the rows alone. All times are of the processor, since a check
waits for nothing.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from shared.domain.facts import Fact
from shared.figures.checker import FiguresChecker, check_figures, load_vocabulary
from tests.benchmarks.row import Row
from tests.evaluation.figures.worlds import worlds
from tests.support.politely_checked import check_politely

ROUNDS: Final = 15
LONG_ROUNDS: Final = 5
LONG: Final = 100_000
"""Characters of the longest text that is checked."""
COUNTED: Final = 50
"""How often the words are counted."""
PREVIOUS: Final = 1.0
"""The check of October 2026 over this counting, measured once in turns with it and with this check."""

_WORD: Final = re.compile(r"\w+")

ANSWER: Final = """\
Here is how the five companies compare on the latest data.

**Apple (AAPL)** closed at $250.50, up 1.0% on the day [1]. It trades at 34.1 times trailing earnings \
and 30.2 times forward earnings [3]. Revenue grew 7.9% to $416.2 billion, and the profit margin was \
26.9%. The RSI stands at 61.2, which is neutral, and the price is above its 50-day average of $240.35 \
[2].

**Microsoft (MSFT)** fell 1.0% to $420.10 [4]. Its operating margin of 44.9% is the highest of the \
group, and revenue rose 14.9% to $281.7 billion [6]. At 31.6 times earnings it is cheaper than Apple. \
The stock trades below its 50-day average of $437.90, and the MACD is negative at -3.12 [5].

**NVIDIA (NVDA)** remains the fastest grower: revenue was up 55.6% to $165.2 billion, with a gross \
margin of 69.8% [9]. The market value is $4.34 trillion. An RSI of 72.4 says that the stock is \
overbought, and it closed only 3.4% below its 52-week high of $184.48 [8].

**AMD (AMD)** trades at $158.65 and is down 1.6% [10]. Its forward P/E of 38.4 assumes that earnings \
grow quickly, since the trailing P/E is 96.1. The profit margin is 9.6%, compared with 52.4% at NVIDIA.

**SAP (SAP.DE)** is listed in euros: the last price was €231.40, for a market value of €270.1 billion \
[13]. Revenue increased by 8.7%, and the dividend yield is about 1.0% [15].

In short, Microsoft and Apple are the stable choices, while NVIDIA and AMD offer more growth at a higher \
price. SAP gives exposure to European software. None of this is advice, and prices change during the \
session, so look at the figures again before you act on any of them.
"""


def rows() -> list[Row]:
    """Measures everything; takes about ten seconds."""
    facts = worlds()["five"]
    load_vocabulary()
    text = (ANSWER * (LONG // len(ANSWER) + 1))[:LONG]
    return [_answer(facts), _index(facts), _long(text, facts), *asyncio.run(_event_loop(text, facts))]


def _answer(facts: Sequence[Fact]) -> Row:
    """One answer with the facts of five companies, which are indexed for it."""
    ratios = [_seconds(lambda: check_figures(ANSWER, facts)) / _seconds(_count_words) for _ in range(ROUNDS)]
    name = f"checking {len(ANSWER):,} characters, five companies, over counting"
    return Row(name, median(ratios), min(ratios), max(ratios), "at most", PREVIOUS)


def _index(facts: Sequence[Fact]) -> Row:
    ratios = [_seconds(lambda: FiguresChecker(facts)) / _seconds(_count_words) for _ in range(ROUNDS)]
    return Row("indexing the facts of it alone, over counting", median(ratios), min(ratios), max(ratios))


def _long(text: str, facts: Sequence[Fact]) -> Row:
    seconds = [_seconds(lambda: check_figures(text, facts)) for _ in range(LONG_ROUNDS)]
    name = f"checking {len(text):,} characters (s)"
    return Row(name, median(seconds), min(seconds), max(seconds), "at most", 0.3)


async def _event_loop(text: str, facts: Sequence[Fact]) -> list[Row]:
    """The longest time between two turns of the event loop while a long text is checked on it."""
    longest: list[float] = []
    for _ in range(LONG_ROUNDS):
        turns: list[float] = []
        watch = asyncio.create_task(_watch(turns))
        await asyncio.sleep(0)
        await check_politely(text, facts)
        watch.cancel()
        longest.append(max(later - earlier for earlier, later in pairwise(turns)) * 1000)
    name = f"event loop held by checking {len(text):,} characters (ms)"
    return [Row(name, median(longest), min(longest), max(longest), "at most", 10)]


async def _watch(turns: list[float]) -> None:
    while True:
        turns.append(time.process_time())
        await asyncio.sleep(0)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _count_words() -> Counter[str]:
    counted: Counter[str] = Counter()
    for _ in range(COUNTED):
        for match in _WORD.finditer(ANSWER):
            counted[match[0].lower()] += 1
    return counted


if __name__ == "__main__":
    print(*rows(), sep="\n")
