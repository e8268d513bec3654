"""A report job: everybody sees all of its events, and their number is bounded."""

import asyncio
from typing import Any

from shared.reports.jobs import Advance, ReportJob, StoredReport
from shared.reports.report_events import ProgressEvent, ProseEvent

STORED = StoredReport("0" * 32, b"{}")


async def test_prose_reaches_readers_while_the_model_is_still_writing() -> None:
    goes_on = asyncio.Event()

    async def work(advance: Advance) -> StoredReport:
        advance(ProgressEvent("data", 1, 3))
        advance(ProseEvent(1, None, "Apple trades "))
        await goes_on.wait()
        advance(ProseEvent(1, None, "below its fair value."))
        return STORED

    job = ReportJob(work)
    events = job.events()
    assert [await anext(events), await anext(events)] == [
        ProgressEvent("data", 1, 3),
        ProseEvent(1, None, "Apple trades "),
    ]
    goes_on.set()
    assert [event async for event in events] == [ProseEvent(1, None, "below its fair value.")]
    assert await job.result() == STORED


async def test_who_joins_later_gets_the_prose_from_its_beginning() -> None:
    async def work(advance: Advance) -> StoredReport:
        for word in ("One ", "two ", "three."):
            advance(ProseEvent(1, "price", word))
        return STORED

    job = ReportJob(work)
    await job.result()
    late: list[Any] = [event async for event in job.events()]
    assert "".join(event.text for event in late) == "One two three."
    assert [step async for step in job.progress()] == []


async def test_events_are_bounded_and_steps_are_never_lost() -> None:
    async def work(advance: Advance) -> StoredReport:
        for _ in range(10_000):
            advance(ProseEvent(1, None, "again "))
        advance(ProgressEvent("narrative", 2, 3))
        return STORED

    job = ReportJob(work)
    events = [event async for event in job.events()]
    assert len(events) <= 4001
    assert events[-1] == ProgressEvent("narrative", 2, 3)
