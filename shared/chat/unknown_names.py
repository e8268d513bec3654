"""Finds the words of a question that may name an instrument which is not in the catalogue."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from shared.chat.american_listings import american_candidates
from shared.chat.caseless_names import Candidate, names_without_case
from shared.chat.clear_names import names_in_clear_contexts
from shared.chat.compound_names import compound_names
from shared.chat.defined_terms import asks_for_a_meaning
from shared.chat.index_members import is_index
from shared.chat.lower_case_names import ALSO_COMPANIES, is_listed, lower_case_names
from shared.chat.lower_case_tickers import BRAZILIAN, lower_case_tickers
from shared.chat.mention_record import word_index
from shared.chat.mentions import QuestionReader
from shared.chat.no_company_names import (
    has_head,
    is_numbered,
    is_of_no_company,
    is_part_of_other_name,
    is_person,
)
from shared.chat.question_words import (
    GENERIC_WORDS,
    GERMAN_ARTICLES,
    NOT_NAMES,
    NOT_TICKERS,
    OF_WORDS,
    OPENERS,
    STOCK_WORDS,
)
from shared.chat.unread_tickers import begins_compound, unread_tickers
from shared.figures.reading.sentence_reader import is_financial_term
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import LEGAL_FORMS, Word, name_key, word_set

_MAX_RUN: Final = 4
_CODE: Final = re.compile(r"[A-Z]\d+")
"""A letter and a number, which name most other things too: vitamin B12, A4."""
_LONGEST_QUERY: Final = 100
"""Characters of the longest name that is searched: the searches refuse a longer text."""
_LONGEST_ABBREVIATION: Final = 3
"""Letters of an abbreviation in a name, whose full stop ends no sentence: Dr., St., Co."""
_MAX_CANDIDATES: Final = 40
"""Candidates of one kind; a question has fewer, and each costs a look at every mention."""


_GERMAN_HINTS: Final = word_set(
    """
    der die das und ist wie nicht fur ein eine von mit auf steht hat sind wird wann wo warum wieso welche
    welcher welches soll sollte ich im am zum zur bei vor nach uber kann gibt zeig zeige nenne vergleiche
    erklare mir bitte was bedeutet heisst berechnet berechne funktioniert passiert kostet zahlt lohnt
    """
)
_DIFFERENCE: Final = re.compile(
    r"difference between|Unterschied zwischen|différence entre|diferencia entre|diferença entre"
    r"|differenza (?:tra|fra)",
    re.IGNORECASE,
)
_ARTICLES: Final = word_set(
    """
    a an ein eine einen einem einer un une una uno um uma the der die das den dem le la les el los las o os
    il lo gli
    """
)
"""Articles before an abbreviation that is a term or an office: "un PAC", "the BLS"."""

_PERSON_QUESTIONS: Final = word_set("who whose wer wessen qui quien chi quem")
_DESCRIBED: Final = re.compile(
    r"-(?:Mutter|Tochter|Konzern|Eigent[uü]mer|Eigner|Hersteller|Betreiber|Besitzer)"
    r"|(?:['’]s)? (?:parent|owner|maker|operator)\b",
    re.IGNORECASE,
)
"""What follows the name of a part of another company: "T-Mobile-Mutter Telekom"."""

_GERMAN_COMPOUNDS: Final = (
    "aktien",
    "wert",
    "werte",
    "titel",
    "fonds",
    "zinsen",
    "steuer",
    "steuern",
    "quote",
    "rendite",
    "kosten",
    "papiere",
    "scheine",
)
"""Ends of German compounds, which have a capital and name no company: Einzelaktien."""

_HOW_IT_PERFORMS: Final = re.compile(r"\bwie (?:läuft|lief|performt|performte|steht)\s+$", re.IGNORECASE)
_LONGEST_OPENING: Final = 20
_CLAUSE_END: Final = re.compile(r"\s*(?:heute|aktuell|gerade|derzeit)?\s*(?:[?!.,;:]|$)")

_NATIONS: Final = word_set("american british canadian australian swiss german deutsche european japanese")
_BANKS: Final = word_set("bank banco banque banca")
_NO_NAME_ALONE: Final = (
    LEGAL_FORMS
    | GENERIC_WORDS
    | (_NATIONS - {"deutsche"})
    | word_set("class klasse clase classe kgaa gmbh kg sas bv oy as srl")
)
"""Words that belong to a name whose other words are known: "Inc" behind Apple, "Class" behind Berkshire."""


def unknown_names(question: QuestionReader) -> list[Candidate]:
    """Returns the candidates of a question, clear ones first, each group in the order of the text."""
    sources = (
        american_candidates(question),
        _others(question),
        _longer(question),
        _tickers(question),
        _capitalised(question),
        lower_case_names(question),
        lower_case_tickers(question),
        compound_names(question),
        _without_case(question),
        names_in_clear_contexts(question),
    )
    found = [
        candidate
        for source in sources
        for candidate in islice(source, _MAX_CANDIDATES)
        if len(candidate.query) <= _LONGEST_QUERY
    ]
    unique = {candidate.text.casefold(): candidate for candidate in reversed(found)}
    return sorted(unique.values(), key=lambda candidate: (not candidate.is_clear, candidate.start))


def _without_case(question: QuestionReader) -> Iterator[Candidate]:
    for candidate in names_without_case(question.text):
        if not question.is_taken(candidate.start, candidate.end):
            yield candidate


def _others(question: QuestionReader) -> Iterator[Candidate]:
    for start, end, name in question.others:
        text = question.text[start:end]
        if _is_brand(text, name) or not _DESCRIBED.match(question.text, end):
            # An index whose meaning is asked is looked up, and no more.
            term = is_index(name) and asks_for_a_meaning(question.text, word_index(question.words, start))
            written = "" if name == text else name
            yield Candidate(text, start, is_ticker=term, is_clear=not term, name=written)


def _is_brand(text: str, name: str) -> bool:
    """Returns whether a name is searched by that of its owner, sharing no word with it: Gucci, Kering."""
    return not name.isupper() and not set(name_key(text)).intersection(name_key(name))


def _longer(question: QuestionReader) -> Iterator[Candidate]:
    """Yields known names with the capitals that follow: Apple Hospitality is another company than Apple."""
    words = question.words
    for mention in question.mentions:
        last = first = word_index(words, mention.end)
        while last < len(words) and last - first < _MAX_RUN - 1 and _goes_on(question, last):
            last += 1
        if mention.by_name and last > first:
            text = question.text[mention.start : words[last - 1].end]
            yield Candidate(text, mention.start, is_ticker=False, is_clear=False)


def _goes_on(question: QuestionReader, index: int) -> bool:
    """Returns whether only a blank parts a word with a capital from the one before."""
    word = question.words[index]
    blank = question.text[word.start - 1 : word.start]
    is_free = not question.is_taken(word.start, word.end)
    ordinary = word.key in OPENERS | STOCK_WORDS | LEGAL_FORMS or word.text in NOT_TICKERS
    return (
        blank == " "
        and question.text[word.start - 2].isalnum()
        and word.is_capitalised
        and is_free
        and not ordinary
    )


def _tickers(question: QuestionReader) -> Iterator[Candidate]:
    for written, start, _end in unread_tickers(question):
        index = word_index(question.words, start)
        clear = question.in_stock_context(index, index + 1) or is_listed(question, index, index + 1)
        before = question.words[index - 1].key if index else ""
        term = before in _ARTICLES or _DIFFERENCE.search(question.text) is not None
        is_code = _CODE.fullmatch(written) is not None
        named = 3 <= len(written) <= 5 and not (is_code or term or asks_for_a_meaning(question.text, index))
        name = f"{written}.SA" if BRAZILIAN.fullmatch(written) else ""
        yield Candidate(written, start, is_ticker=True, is_clear=clear or named, name=name)


def _capitalised(question: QuestionReader) -> Iterator[Candidate]:
    words, index = question.words, 0
    german = sum(word.key in _GERMAN_HINTS for word in words) >= 1
    while index < len(words):
        last = _end_of_run(question, index)
        if last == index:
            index += 1
            continue
        begin = _with_initials(question, _with_nation(question, index))
        candidate = _run(question, begin, last, german=german)
        if candidate is not None:
            yield candidate
        if begin < index and (candidate := _run(question, index, last, german=german)):
            # "German Rheinmetall", "Plan B. Rheinmetall"
            yield replace(candidate, is_clear=False)
        index = last


def _end_of_run(question: QuestionReader, first: int) -> int:
    """Returns the index behind a run of capitalised words; ``first`` if there is none."""
    words, last = question.words, first
    while last < len(words) and last - first < _MAX_RUN and _may_name(question, last, first=last == first):
        last += 1
    links = last - first == 1 and words[first].key in _BANKS and last + 1 < len(words)
    if links and words[last].key in OF_WORDS and words[last + 1].is_capitalised:
        # Bank of Nova Scotia, Banco de Chile
        last += 2
        while last < len(words) and last - first < _MAX_RUN and _may_name(question, last, first=False):
            last += 1
    return last


def _with_nation(question: QuestionReader, index: int) -> int:
    """Returns where a name begins that may have a nation's name before it: American Airlines."""
    words = question.words
    before = words[index - 1] if index else None
    if before is None or before.key not in _NATIONS or not before.is_capitalised:
        return index
    return index - 1 if question.text[before.end : words[index].start] == " " else index


def _with_initials(question: QuestionReader, index: int) -> int:
    """Returns where a name begins that may have initials before it: C.H. Robinson, e.l.f. Beauty."""
    words = question.words
    while index and len(words[index - 1].key) == 1:
        gap = question.text[words[index - 1].end : words[index].start]
        if gap not in {".", ". "} or question.is_taken(words[index - 1].start, words[index - 1].end):
            break
        index -= 1
    return index


def _may_name(question: QuestionReader, index: int, *, first: bool) -> bool:
    word = question.words[index]
    if question.is_taken(word.start, word.end) or word.text in NOT_TICKERS or len(word.key) < 2:
        return False
    if first and question.text[word.start - 1 : word.start] in {"-", "$"}:
        return False  # the rest of a compound, or a sum: Kurs-Gewinn-Verhältnis, Tesla-Zahlen, $2K
    if (
        (word.key in NOT_NAMES and not (len(question.words) == 1 and word.key in ALSO_COMPANIES))
        or word.key.endswith(_GERMAN_COMPOUNDS)
        or (first and word.key in STOCK_WORDS)
        or (word.key in OPENERS and (first or not word.is_capitalised))
    ):
        return False
    if not first and not _is_joined(question.words[index - 1], word, question.text):
        return False
    return word.is_capitalised or (not first and word.text.isdigit())


def _is_no_number(word: Word) -> bool:
    return not word.text.isdigit()


def _is_performing(text: str, start: int, end: int) -> bool:
    """Returns whether a German question asks how a name performs; other nouns have an article there."""
    before = text[max(0, start - _LONGEST_OPENING) : start]
    return _HOW_IT_PERFORMS.search(before) is not None and _CLAUSE_END.match(text, end) is not None


def _is_joined(before: Word, word: Word, text: str) -> bool:
    """Returns whether a word goes on with the name before it; a full stop ends a name of whole words."""
    gap = text[before.end : word.start]
    ends = gap.startswith(".") and gap != "." and len(before.text) > _LONGEST_ABBREVIATION
    return not ends and not gap.strip(" '’&.-")


def _run(question: QuestionReader, first: int, last: int, *, german: bool) -> Candidate | None:
    words = question.words
    text = question.text[words[first].start : words[last - 1].end]
    if text.isupper() and last - first == 1 and not text[0].isdigit():
        return None  # read as a ticker
    is_ordinary = (words[first].start, words[last - 1].end) in question.ordinary
    if (
        is_ordinary
        or begins_compound(question, first)
        or all(word.key in _NO_NAME_ALONE for word in words[first:last])
    ):
        return None
    before = words[first - 1].key if first else ""
    clear = (
        question.in_stock_context(first, last)
        or is_listed(question, first, last)
        or has_head(words, first)
        or _is_performing(question.text, words[first].start, words[last - 1].end)
    )
    if _DESCRIBED.match(question.text, words[last - 1].end) or is_numbered(words, first, last):
        return None
    if last - first == 1 and not clear and words[first].key in known_phrases().first_names:
        return None
    if is_person(words, first, last):
        return Candidate(text, words[first].start, is_ticker=False, is_clear=False)
    if german and not clear and (before in GERMAN_ARTICLES or question.opens_sentence(first)):
        return None
    about_a_person = words[0].key in _PERSON_QUESTIONS
    named = (
        not about_a_person
        and not is_of_no_company(question.text, words, first, last)
        and not (before == "the" and not any(word.key in LEGAL_FORMS for word in words[first:last]))
        and not asks_for_a_meaning(question.text, first)
        and (sum(map(_is_no_number, words[first:last])) > 1 or not question.opens_sentence(first))
        and not is_part_of_other_name(question.text, words, first, last)
    )
    # A word of finance may be a company all the same (Target, Delta): it is looked up, and no more.
    named = named and not german and not is_financial_term(text)
    return Candidate(text, words[first].start, is_ticker=False, is_clear=clear or named)
