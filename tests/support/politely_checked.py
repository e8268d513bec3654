"""The check of a text that lets other tasks of the event loop run, as the chat does it."""

from collections.abc import Sequence

from shared.domain.facts import Fact
from shared.figures.checker import open_checker, run_politely


async def check_politely(text: str, facts: Sequence[Fact]) -> None:
    """Checks a text, and lets other tasks run between its sentences."""
    checker = await open_checker(facts)
    await run_politely(checker.steps(text))
    await run_politely(checker.last_steps())
