"""Checks the figures of a text against the facts, sentence by sentence, while the text is being written."""

import asyncio
import re
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Final

from shared.figures.claims.binder import bind
from shared.figures.claims.claim import Context
from shared.figures.claims.company_binding import goes_on_with
from shared.figures.claims.kind_nouns import find_kind_nouns
from shared.figures.claims.subjects import subjects
from shared.figures.facts.company_names import well_known_companies
from shared.figures.facts.table_figures import split_row
from shared.figures.facts.table_scales import scale_of
from shared.figures.judging.judge import Judge
from shared.figures.lookup.fact_base import FactBase, FactLike
from shared.figures.periods.beat_counts import counts_quarters
from shared.figures.reading.emphasis import PlainText
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.sentence_reader import vocabulary
from shared.figures.reading.sentences import SentenceSplitter, parts
from shared.figures.reading.zone_words import ZONE
from shared.figures.tables.answer_tables import AnswerTable
from shared.figures.verdicts.judgement import Judgement
from shared.figures.verdicts.verdicts import MAX_SENTENCE, FiguresCheck, Mark

MAX_CHARS: Final = 100_000
"""Prose beyond this is not looked at."""

_SLICE_SECONDS: Final = 0.004
_ASKS_GROWTH: Final = re.compile(
    r"\bgrow(?:s|ing|n|th)?\b|\bgrew\b|\bfastest\b|wächst|wachsen|\bcroît\b|croissance|\bcrec(?:e|en|ió)\b|crecimiento"
    r"|\bcresc\w+|成長|伸び|增长|增長|성장",
    re.IGNORECASE,
)
"""A question that asks how fast something grows."""
_ASKS_ZONE: Final = re.compile(ZONE, re.IGNORECASE)
"""A question that asks in which zone the RSI is."""
_ASKS_ESTIMATES: Final = re.compile(
    r"\bpreview|\bVorschau|\bexpect|\bestimate|\bforecast|\bconsensus|\berwart|\bSchätzung|\bPrognose|\battend|\bprévision|\bprévoi"
    r"|\bespera|\bprevisi|\bprevis[ãt]|\bpreved|\bstim[ae]\b|\battes[ei]|\baspett|予想|预期|預期|预测|예상|전망",
    re.IGNORECASE,
)
"""A question that asks what is expected of the next results."""
_GROWTH: Final = ("revenue_growth", "earnings_growth")
_SURPRISE: Final = ("surprise_percent",)
_WIDE: Final = re.compile("[\U00010000-\U0010ffff]")
"""Characters of two UTF-16 code units."""
_ENDS: Final = (".", "!", "?", "…", "。", "！", "？")
_ASKS_MOVE: Final = re.compile(
    r"\bhow (?:much|far|strongly)\b.*\b(?:f[ae]ll|rise|rose|risen|drop|lose|lost|gain|move|up|down|climb)"
    r"|\bwie (?:viel|stark)\b.*(?:gefallen|gestiegen|verloren|gewonnen|zugelegt|nachgegeben)"
    r"|\bcombien\b.*\b(?:baissé|monté|perdu|gagné|pris|chuté)"
    r"|\b(?:cuánto|quanto)\b.*\b(?:subi|baj|ca[iy]|perd|gan|sal[ie]|sces|cal)"
    r"|(?:どれ|いくら|何).*[上下]が|[涨漲跌][了幅]?多少|얼마나.*(?:올랐|내렸|하락|상승)",
    re.IGNORECASE,
)
"""A question that asks how far a price has moved."""
_LETTER: Final = re.compile(r"[^\W\d_]")
_MAX_LEGAL: Final = 4
"""Letters of a legal form that a name is followed by: ``& Co.``, ``SGPS``."""
_NUMBER: Final = re.compile(r"\d(?![.)]\s)")
"""What is no number of a list."""
_LABELLED: Final = re.compile(r"[^:：]{0,40}[^\W\d_][^:：]{0,40}[:：]\s*[^\s\d]{0,4}\s?\d")
_TELLS_VALUE: Final = re.compile(
    rf"{_LABELLED.pattern}|(?=.*[^\W\d_]{{2}})(?:.*?[^\w.,])?(?:[$€£¥₹]\s?\d|\d+[.,]\d|\d+\s?%)"
)
"""A part of a line without a bar at its beginning that is no title of a column: ``Beta 1.11``."""
_BETWEEN_ITEMS: Final = re.compile(r"(?<=\S)\s[|·•]\s(?=\S)")
_BETWEEN_LABELS: Final = re.compile(r";\s(?=[^\W\d_][^:;,]{0,30}:\s)")
"""Before the label of an item: ``P/E: 17.4; EV/EBITDA: 8.6; ROE: 13.4%``."""
_ITEM: Final = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")
_HEADING: Final = re.compile(r"^\s*(?:#{1,6}\s|\*\*[^*]+\*\*:?\s*$)")


class FiguresChecker:
    """Checks a text as it comes.

    A defect of the check costs the marks of one sentence, never the answer.

    Args:
        facts: What the writer was given: facts or data in the JSON of the contract, or a base of them.
        question: The question, which may name the company that the answer leaves out.
    """

    def __init__(self, facts: Iterable[FactLike] | FactBase, question: str = "") -> None:
        self._facts = facts if isinstance(facts, FactBase) else FactBase(facts)
        self._judge = Judge(self._facts)
        self._splitter = SentenceSplitter()
        self._question = question
        self._context = Context()
        self._heading: tuple[str, ...] = ()
        self._default: tuple[str, ...] = ()
        self._table: AnswerTable | None = None
        self._is_in_list = False
        self._title = ""
        self._places = _Utf16Places()
        self._marks: list[Mark] = []
        with self._survived("the question"):
            self._read_question()

    def add_facts(self, facts: Iterable[FactLike]) -> None:
        """Takes in facts that come while the text is being written."""
        self._facts.add(facts)
        with self._survived("the question"):
            self._read_question()

    def feed(self, text: str) -> list[Mark]:
        """Returns the marks of the sentences that a piece of text completes."""
        return [mark for marks in self.steps(text) for mark in marks]

    def close(self) -> list[Mark]:
        """Returns the marks of the remaining text."""
        return [mark for marks in self.last_steps() for mark in marks]

    def steps(self, text: str) -> Iterator[list[Mark]]:
        """Yields the marks of one sentence after the other, so that a caller can do other work between."""
        text = text[: max(0, MAX_CHARS - self._places.length)]
        self._places.append(text)
        yield from self._check(self._splitter.feed(text))

    def last_steps(self) -> Iterator[list[Mark]]:
        """Yields what ``steps`` leaves."""
        yield from self._check(self._splitter.close())

    @property
    def result(self) -> FiguresCheck:
        """All marks so far."""
        return FiguresCheck(tuple(self._marks))

    @property
    def failures(self) -> int:
        """How often a defect left a fact, the question, a sentence or a line of a table unread."""
        return self._facts.defects.count

    def _read_question(self) -> None:
        """Takes from the question what the answer may leave out: the companies, and the first metric."""
        reader, companies = self._facts.reader, self._facts.companies
        question, capitals = reader.read_title(self._question), reader.read_in_capitals(self._question)
        uncapitalised = (company for company in subjects(capitals) if company in companies)
        kinds = (mention.value for mention in find_kind_nouns(question, companies, ()))
        named = tuple(dict.fromkeys((*subjects(question), *uncapitalised))) or tuple(dict.fromkeys(kinds))
        self._default = named or (companies if len(companies) == 1 else ())
        self._context.known, self._context.asked = companies, self._default
        self._judge.told.update(one.period for one in question.periods if one.period is not None)
        self._judge.asks_estimates = _ASKS_ESTIMATES.search(self._question) is not None
        self._judge.own.read_question(question, capitals.companies or question.companies)
        if not self._marks:
            mentions = (question.metrics or capitals.metrics)[:2]
            self._context.metrics = tuple(
                dict.fromkeys(metric for mention in mentions for metric in mention.metrics)
            )
            if _ASKS_ZONE.search(self._question):
                # "Are any of these stocks overbought?"
                self._context.metrics = ("rsi_14",)
            elif not mentions and _ASKS_MOVE.search(self._question):
                # "How much did Vodafone fall today?"
                self._context.metrics = ("change_percent", "change")
            elif not mentions and _ASKS_GROWTH.search(self._question):
                # "Who is growing faster?"
                self._context.metrics = _GROWTH
            elif not mentions and question.cues_of("beat", "miss"):
                # "Did DHL beat?"
                self._context.metrics = _SURPRISE

    def _check(self, sentences: Iterable[tuple[str, int]]) -> Iterator[list[Mark]]:
        for written, place in sentences:
            with self._survived("a sentence"):
                for marks in self._steps_of(written, place):
                    self._marks += marks
                    yield marks
            if written.endswith("\n\n") or not written.strip():
                # A new paragraph is about what its heading or the question names.
                self._context.period = None
                self._context.companies = self._heading or self._default or self._context.companies
                self._context.subject = self._context.paragraph = self._heading
                self._context.compared = ()
                self._context.headed = self._heading if len(self._heading) == 1 else ()

    def _steps_of(self, written: str, place: int) -> Iterator[list[Mark]]:
        plain = PlainText(written)
        if split_row(written) is not None and (self._table is not None or not _has_labels(plain.text)):
            return self._check_row(plain, place)
        self._leave_table()
        is_heading = _HEADING.match(written) is not None
        return (
            self._marked(self._judge_part(part, is_heading=is_heading), plain, start, place, len(part))
            for item, place_of_item in _items(plain.text)
            for part, start in parts(item, place_of_item)
        )

    def _survived(self, read: str) -> AbstractContextManager[None, bool]:
        return self._facts.defects.survived(read, self._facts.companies)

    def _judge_part(self, written: str, *, is_heading: bool) -> Sequence[Judgement]:
        sentence = self._facts.reader.read(written)
        own = subjects(sentence)
        stripped = written.rstrip()
        ends_with_colon = stripped.endswith(":")
        if stripped:
            is_item = _ITEM.match(written) is not None
            if is_item and not self._is_in_list:
                self._judge.items = []
            self._is_in_list = is_item
            is_line = written.endswith("\n") and not stripped.endswith(_ENDS)
            self._title = written if ends_with_colon or is_heading or is_line else ""
        if is_heading or (own and not sentence.numbers and ends_with_colon):
            self._heading = self._context.subject = self._context.paragraph = own
        if is_heading or (own and not goes_on_with(sentence, self._context.headed)):
            self._context.headed = own if len(own) == 1 and (is_heading or _is_name_alone(sentence)) else ()
        earlier = self._context.companies
        claims = bind(sentence, self._context, self._default)
        is_empty = not (claims or sentence.citations or sentence.periods or sentence.durations)
        if is_empty and not counts_quarters(written):
            self._judge.forget(is_prose=bool(stripped))
            return []
        companies = (*own, *self._context.companies, *earlier, *self._default)
        if "together" in sentence.kinds:
            companies = (*companies, *(self._context.recent or self._facts.companies))
        judged = self._judge.judge(sentence, claims, written, tuple(dict.fromkeys(companies)))
        if self._is_in_list:
            self._judge.end_item()
        if claims and not own and set(claims[0].companies).isdisjoint(self._context.companies):
            # The sentences that follow are about the company that the numbers or the citation told.
            self._context.companies = claims[0].companies
        return judged

    def _leave_table(self) -> None:
        """Goes on with the companies of the table, which the sentences below it may leave out."""
        if self._table is not None and self._table.named:
            self._context.companies = tuple(self._table.named)
            self._context.subject = self._context.companies[:1]
        self._table = None

    def _check_row(self, plain: PlainText, place: int) -> Iterator[list[Mark]]:
        """Checks a line of a table, cell by cell; the first line has the titles of its columns."""
        companies = self._context.companies or self._default
        if self._table is None:
            self._table = AnswerTable(
                self._facts.reader,
                plain.text,
                companies,
                self._title or self._question * (scale_of(self._question) is not None),
                self._facts.companies,
                self._context.metrics,
            )
            self._judge.cells = []
            return
        item = self._table.item(plain.text)
        if item is not None:
            text, begin, offset = item
            judged = self._judge_part(text, is_heading=False)
            yield self._marked([one for one in judged if one[0] >= begin], plain, offset, place)
            return
        self._judge.forget()
        for sentence, claims, offset in self._table.cells(plain.text):
            self._judge.forget(is_row=True)
            judged = self._judge.judge(sentence, claims, sentence.text, companies)
            self._judge.end_cell()
            yield self._marked(judged, plain, offset, place)

    def _marked(
        self,
        judged: Sequence[Judgement],
        plain: PlainText,
        offset: int,
        place: int,
        length: int | None = None,
    ) -> list[Mark]:
        """Returns the marks of what begins at an offset; without a length, their sentence is the line."""
        if not judged:
            return []
        span = (0, len(plain.text)) if length is None else (offset, offset + length)
        sentence = plain.written(*span).strip()[:MAX_SENTENCE]
        at = self._places.at
        marks = []
        for start, end, verdict, figure in judged:
            begin, stop = plain.span(offset + start, offset + end)
            text = plain.whole[begin:stop]
            marks.append(Mark(text, verdict, sentence, figure, at(place + begin), at(place + stop)))
        return marks


def _is_name_alone(sentence: Sentence) -> bool:
    """Returns whether a line names a company and says nothing of it: ``- Apple (AAPL)``."""
    rest = sentence.text
    for one in reversed(sentence.companies):
        rest = rest[: one.start] + rest[one.end :]
    return _NUMBER.search(rest) is None and len(_LETTER.findall(rest)) <= _MAX_LEGAL


def _items(line: str) -> Iterator[tuple[str, int]]:
    """Yields what a line tells one after the other, and where: ``RSI: 60.7 | P/E: 34.1 | Beta: 1.11``."""
    marks = list(_BETWEEN_ITEMS.finditer(line)) or list(_BETWEEN_LABELS.finditer(line))
    place = 0
    if len(marks) > 1:
        for mark in marks:
            yield line[place : mark.start()], place
            place = mark.end()
    yield line[place:], place


def _has_labels(line: str) -> bool:
    """Returns whether each part of a line has a label, as no row does: ``RSI: 60.7 | Beta: 1.11``."""
    labelled = _LABELLED if line.lstrip().startswith("|") else _TELLS_VALUE
    return all(labelled.match(cell) for cell in split_row(line) or ())


class _Utf16Places:
    """Turns places in a text that grows into UTF-16 code units.

    Attributes:
        length: Characters of the text so far.
    """

    def __init__(self) -> None:
        self.length = 0
        self._wide: list[int] = []

    def append(self, text: str) -> None:
        """Takes in more of the text."""
        if not text.isascii():
            self._wide += [self.length + wide.start() for wide in _WIDE.finditer(text)]
        self.length += len(text)

    def at(self, place: int) -> int:
        """Returns the number of UTF-16 code units before a character."""
        return place + bisect_left(self._wide, place) if self._wide else place


def load_vocabulary() -> None:
    """Loads the vocabulary, which takes some 100 ms; once loaded, does nothing."""
    vocabulary()
    well_known_companies()


async def open_checker(facts: Iterable[FactLike], question: str = "") -> FiguresChecker:
    """Returns a checker; it reads facts and question off the event loop, since that may take 100 ms."""
    return await asyncio.to_thread(_opened, facts, question)


def _opened(facts: Iterable[FactLike], question: str) -> FiguresChecker:
    load_vocabulary()
    return FiguresChecker(facts, question)


def check_figures(text: str, facts: Iterable[FactLike] | FactBase, question: str = "") -> FiguresCheck:
    """Checks every figure of a text against the facts.

    Args:
        text: What the model wrote.
        facts: What it was given: facts, or data in the JSON of the contract.
        question: The question, which may name the company that the answer leaves out.
    """
    checker = FiguresChecker(facts, question)
    checker.feed(text)
    checker.close()
    return checker.result


async def run_politely(steps: Iterable[Sequence[Mark]]) -> list[Mark]:
    """Runs the steps of a checker, and lets other tasks of the event loop run every few milliseconds."""
    marks: list[Mark] = []
    pause = time.perf_counter() + _SLICE_SECONDS
    for step in steps:
        marks += step
        if time.perf_counter() >= pause:
            await asyncio.sleep(0)
            pause = time.perf_counter() + _SLICE_SECONDS
    return marks
