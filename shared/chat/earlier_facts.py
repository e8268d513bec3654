"""Facts that tools found in earlier answers of a conversation; later answers may cite them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from shared.chat.tools import says_the_same
from shared.domain.facts import Fact

MAX_FACTS: Final = 16
"""Facts that a conversation keeps; the oldest are dropped."""

_MAX_DATA: Final = 32_000
"""Characters of the data of one fact: a history of ten years has more, and is not kept."""


def facts_to_keep(earlier: Sequence[Fact], facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Returns the facts that a conversation keeps after an answer, oldest first.

    Args:
        earlier: The facts that it has kept so far.
        facts: The facts that tools found for the answer.
    """
    kept = list(earlier)
    for fact in facts:
        if not any(says_the_same(fact, one) for one in kept) and len(_encoded(fact)) <= _MAX_DATA:
            kept.append(fact)
    return tuple(kept[-MAX_FACTS:])


def numbered_after(facts: Sequence[Fact], earlier: Iterable[Fact]) -> list[Fact]:
    """Returns earlier facts with the numbers that follow those of the present facts, without repetitions."""
    number = max((fact.id for fact in facts), default=0)
    added: list[Fact] = []
    for fact in earlier:
        if not any(says_the_same(fact, one) for one in facts):
            number += 1
            added.append(replace(fact, id=number))
    return added


def fact_document(fact: Fact) -> dict[str, Any]:
    """Returns a fact as it is stored."""
    # As text: names of fields may have characters that databases refuse.
    return {**asdict(fact), "data": _encoded(fact)}


def stored_fact(document: Mapping[str, Any]) -> Fact:
    """Returns a stored fact."""
    return Fact(**{**document, "data": json.loads(document["data"])})


def _encoded(fact: Fact) -> str:
    return json.dumps(dict(fact.data), ensure_ascii=False, separators=(",", ":"))
