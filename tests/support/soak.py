"""A mixed load over HTTP with faults switched on and off, and a look at what the service holds meanwhile."""

import asyncio
import json
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, product
from typing import Any, Final, get_args
from uuid import uuid4

import httpx

from shared.reports.request import ReportType, TimeHorizon
from tests.support.faults.faults import PARTS, Fault
from tests.support.faults.operations import OutsideContractError, problem_of, read_frames
from tests.support.faults.stage import CLIENT_SECONDS, SecondWorker, Stage
from tests.support.yahoo_data import LISTINGS

ENVIRON: Final = {
    "OPENAI_MODEL": "tokens=40&rate=200",
    "LIMIT_MODEL_DOLLARS_PER_DAY": "1000000",
    "APP_LOG_LEVEL": "INFO",
    "CACHE_REFRESH_DEADLINE": "20",
    "CACHE_LOCAL_BYTES": "1048576",
}
"""Settings of a stage for it: the model's name tells the stand-in to speak at a human's pace; what a worker
holds of the cache is full after the warm-up, so that memory which still grows is a leak."""

GRACE_SECONDS: Final = 25.0
"""After a fault is over: the cooldown is five seconds at first, ten after a failed trial."""

_SAMPLE_SECONDS: Final = 2.0
_QUIET_SECONDS: Final = 30.0
_IDLE_SECONDS: Final = 8.0
"""By then the service has closed the connections of the load, which have been idle for five seconds."""

_MORE_TASKS: Final = 2
_STRANGE_KEPT: Final = 20
_SHOWN: Final = 20
_NAMED: Final = {"AAPL": "Apple", "MSFT": "Microsoft", "NVDA": "NVIDIA", "VOD.L": "Vodafone"}
_TURNS: Final = 5
"""Questions of one conversation, at most."""

_FAULTS: Final = (
    ("Redis", "gone"),
    ("Yahoo", "5xx"),
    ("Worker", "killed"),
    ("MongoDB", "gone"),
    ("Model", "500"),
    ("Redis", "replies lost"),
    ("Redis", "evicting"),
    ("Redis", "slow"),
    ("Yahoo", "hang"),
    ("Redis", "read-only"),
    ("Worker", "clock ahead"),
    ("Model", "hang"),
    ("Redis", "cluster mode"),
    ("MongoDB", "slow"),
)

_REQUEST_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")
_RECORD: Final = re.compile(r"^(?=\d{4}-\d\d-\d\dT)", re.MULTILINE)

Answer = httpx.Response


def _second(stage: Stage) -> SecondWorker:
    assert stage.second is not None, "these faults need two workers"
    return stage.second


def _clock_of_second(seconds: int) -> Callable[[Stage], None]:
    def switch(stage: Stage) -> None:
        httpx.post(f"{_second(stage).url}/api/cold", params={"ahead": seconds}, timeout=CLIENT_SECONDS)

    return switch


_OF_WORKERS: Final = (
    Fault("killed", lambda stage: _second(stage).kill(), lambda stage: _second(stage).start()),
    Fault("clock ahead", _clock_of_second(86_400), _clock_of_second(0)),
)
"""What befalls the second worker."""


@dataclass(frozen=True)
class Inside:
    """What the service holds.

    Attributes:
        tasks: Of its event loop.
        threads: Of the process.
        files: Open files and connections.
        objects: Of Python, as far as the garbage collector knows them.
        blocks: Of memory that Python's objects take, strings and bytes among them.
        kib: Memory (RSS), after what the allocator of C kept free was given back.
        at: When that was, in seconds of the monotonic clock.
    """

    tasks: int
    threads: int
    files: int
    objects: int
    blocks: int
    kib: int
    at: float


@dataclass
class Outcome:
    """What came of a soak.

    Attributes:
        answers: How many of each kind of request.
        faults: What was switched on, with the seconds of the monotonic clock from when until when.
        failed: Answers outside the faults that no client should get, the first of them.
        failures: How many of these.
        forgiven: Answers that failed within a fault or its grace.
        strange: Answers outside the contract, at any time.
        samples: What the service held, after the warm-up.
        before: What it held when it was warm and idle.
        after: The same at the end.
    """

    answers: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, float, float]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    failures: int = 0
    forgiven: int = 0
    strange: list[str] = field(default_factory=list)
    samples: list[Inside] = field(default_factory=list)
    before: Inside | None = None
    after: Inside | None = None

    def memory_growth(self) -> float:
        """By how much memory grew over the samples, as a share of what it was: by linear regression."""
        line = statistics.linear_regression(
            [sample.at for sample in self.samples], [sample.kib for sample in self.samples]
        )
        seconds = self.samples[-1].at - self.samples[0].at
        return line.slope * seconds / statistics.median(sample.kib for sample in self.samples)

    def logged(self, output: str) -> str:
        """What the service logged of the requests that failed, to find out why.

        Args:
            output: All that it printed.
        """
        failed = set(_REQUEST_ID.findall(" ".join(self.failed + self.strange)))
        records = _RECORD.split(output)
        return "".join(record for record in records if not failed.isdisjoint(_REQUEST_ID.findall(record)))

    def _mib(self) -> str:
        every = max(1, len(self.samples) // _SHOWN)
        return " ".join(str(sample.kib // 1024) for sample in self.samples[::every])

    def summary(self) -> str:
        """For people."""
        lines = [
            f"answers       {self.answers.total()} ({_counts(self.answers)})",
            f"faults        {', '.join(name for name, _, _ in self.faults)}",
            f"failed        {self.failures} outside the faults, {self.forgiven} within",
            f"strange       {len(self.strange)}",
            f"memory        {self.memory_growth():+.1%} over {len(self.samples)} samples; MiB: {self._mib()}",
            f"idle before   {self.before}",
            f"idle after    {self.after}",
            *self.failed,
            *self.strange,
        ]
        return "\n".join(lines)


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))


async def soak(
    on: Stage,
    *,
    seconds: float,
    clients: int = 12,
    fault_seconds: float = 6.0,
    clean_seconds: float = 20.0,
    warm_up_faults: int = 0,
) -> Outcome:
    """Loads the service for a while.

    Args:
        on: The stage.
        seconds: How long, after the warm-up.
        clients: How many ask at the same time.
        fault_seconds: How long each fault lasts.
        clean_seconds: How long there is none between the grace of one and the next.
        warm_up_faults: How often each fault is met in the warm-up, too, under load and until it is over. With
            the first time all threads of the bounded pools are started, all code of the bad days is loaded,
            and the lines of every file that a traceback went through are kept, as Python does: no leak.
    """
    warm_up_seconds = max(5.0, seconds * 0.1)
    if warm_up_faults:
        faults_seconds = warm_up_faults * len(_FAULTS) * fault_seconds
        warm_up_seconds = max(warm_up_seconds, faults_seconds + GRACE_SECONDS)
    headers = dict(on.client.headers)
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(headers=headers, timeout=CLIENT_SECONDS, limits=limits) as http:
        run = _Soak(on, http)
        async with asyncio.TaskGroup() as warm_up:
            warm_up.create_task(run.load_for(clients, warm_up_seconds))
            warm_up.create_task(run.each_fault(fault_seconds, 0.0, grace=0.0, times=warm_up_faults))
        run.outcome = Outcome(before=await run.at_rest(None))
        sampling = asyncio.create_task(run.sample())
        faults = asyncio.create_task(run.faults(fault_seconds, clean_seconds))
        await run.load_for(clients, seconds)
        faults.cancel()
        sampling.cancel()
        await asyncio.gather(faults, sampling, return_exceptions=True)
        run.outcome.after = await run.at_rest(run.outcome.before)
        return run.outcome


class _Soak:
    """One soak under way."""

    def __init__(self, on: Stage, http: httpx.AsyncClient) -> None:
        self.outcome = Outcome()
        self._stage = on
        self._http = http
        self._random = random.Random(7)
        self._symbols = tuple(LISTINGS)
        self._conversations: list[tuple[str, int]] = []
        """Those without a running question, with the number of their questions."""

        # No two alike at the same time: those would be one report, which one of both would delete.
        self._reports = cycle(
            {"symbol": symbol, "report_type": kind, "time_horizon": horizon, "refresh": True}
            for symbol, kind, horizon in product(LISTINGS, get_args(ReportType), get_args(TimeHorizon))
        )
        self._requests: Mapping[str, tuple[int, Callable[[], Awaitable[None]]]] = {
            "quote": (30, self._quote),
            "quotes": (10, self._quotes),
            "history": (8, self._history),
            "technicals": (4, self._technicals),
            "chat": (6, self._chat),
            "stream": (10, self._stream),
            "disconnect": (8, self._disconnect),
            "slow reader": (3, self._slow_reader),
            "report": (2, self._report),
            "report stream": (1, self._report_stream),
            "symbols": (4, self._search),
            "preferences": (4, self._preferences),
            "ready": (2, self._ready),
            "refresh": (1, self._refresh),
        }

    async def load_for(self, clients: int, seconds: float) -> None:
        """Has so many clients ask, and waits for the last answers."""
        ends = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self._client(ends))

    async def sample(self) -> None:
        """Notes what the service holds, until it is cancelled."""
        while True:
            self.outcome.samples.append(await self._inside())
            # What the stand-ins remember is of no use here.
            self._stage.model.calls.clear()
            self._stage.yahoo.requests.clear()
            await asyncio.sleep(_SAMPLE_SECONDS)

    async def faults(self, fault_seconds: float, clean_seconds: float) -> None:
        """Switches one fault after the other on and off, until it is cancelled."""
        while True:
            await self.each_fault(fault_seconds, clean_seconds, grace=GRACE_SECONDS)

    async def each_fault(
        self, fault_seconds: float, clean_seconds: float, *, grace: float, times: int = 1
    ) -> None:
        """Switches each fault on and off, so many times."""
        for part, name in _FAULTS * times:
            await asyncio.sleep(clean_seconds)
            await self._fault(f"{part} {name}", _fault(part, name), fault_seconds)
            await asyncio.sleep(grace)

    async def at_rest(self, like: Inside | None) -> Inside:
        """What the service holds without requests: as soon as it is no more than before, if it ever is."""
        ends = time.monotonic() + _QUIET_SECONDS
        await asyncio.sleep(_IDLE_SECONDS)
        while True:
            inside = await self._inside()
            if like is None or inside.tasks <= like.tasks or time.monotonic() > ends:
                return inside
            await asyncio.sleep(_SAMPLE_SECONDS)

    async def _fault(self, name: str, fault: Fault, seconds: float) -> None:
        begins = time.monotonic()
        # Open-ended until it is over: what is answered meanwhile is within it.
        self.outcome.faults.append((name, begins, float("inf")))
        await asyncio.to_thread(fault.on, self._stage)
        try:
            await asyncio.sleep(seconds)
        finally:
            await asyncio.shield(asyncio.to_thread(fault.off, self._stage))
            self.outcome.faults[-1] = (name, begins, time.monotonic())

    async def _inside(self) -> Inside:
        held = (await self._http.get(f"{self._stage.url}/api/inside")).json()
        return Inside(**held, at=time.monotonic())

    async def _client(self, ends: float) -> None:
        names = list(self._requests)
        weights = [weight for weight, _ in self._requests.values()]
        while time.monotonic() < ends:
            (name,) = self._random.choices(names, weights)
            await self._ask(name)
            await asyncio.sleep(self._random.uniform(0.0, 0.2))

    async def _ask(self, name: str) -> None:
        begins = time.monotonic()
        self.outcome.answers[name] += 1
        try:
            await self._requests[name][1]()
        except OutsideContractError as error:
            self._note(self.outcome.strange, f"{name}: {error}")
        except (AssertionError, httpx.HTTPError) as error:
            if self._is_forgiven(begins):
                self.outcome.forgiven += 1
                return
            self.outcome.failures += 1
            self._note(self.outcome.failed, f"{name}: {error!r}")

    def _note(self, noted: list[str], what: str) -> None:
        if len(noted) < _STRANGE_KEPT:
            noted.append(what[:500])

    def _is_forgiven(self, begins: float) -> bool:
        ends = time.monotonic()
        return any(
            begins < until + GRACE_SECONDS and ends >= since for _, since, until in self.outcome.faults
        )

    def _worker(self) -> str:
        """The address of one of the workers, as a load balancer would choose it."""
        second = self._stage.second
        return self._random.choice((self._stage.url, second.url)) if second else self._stage.url

    def _symbol(self) -> str:
        return self._random.choice(self._symbols)

    async def _get(self, path: str, **params: str) -> Answer:
        return _good(await self._http.get(self._worker() + path, params=params))

    async def _quote(self) -> None:
        symbol = self._symbol()
        answer = await self._get(f"/api/quotes/{symbol}")
        tag = {"If-None-Match": answer.headers["etag"]}
        again = await self._http.get(f"{self._worker()}/api/quotes/{symbol}", headers=tag)
        if again.status_code != 304:
            _good(again)

    async def _quotes(self) -> None:
        body = (await self._get("/api/quotes", symbols=",".join(self._symbols))).json()
        assert body["errors"] == [], body["errors"]

    async def _history(self) -> None:
        await self._get(
            f"/api/quotes/{self._symbol()}/history", period=self._random.choice(("5d", "1mo", "1y"))
        )

    async def _technicals(self) -> None:
        await self._get(f"/api/quotes/{self._symbol()}/technicals")

    async def _chat(self) -> None:
        async with self._conversation() as conversation:
            answer = _good(
                await self._http.post(f"{self._worker()}/api/chat", json=self._question(conversation))
            ).json()
            assert "memory" not in answer, answer["memory"]
            assert answer["sources"], "an answer without data"

    async def _stream(self) -> None:
        async with self._conversation() as conversation:
            answer = _good(
                await self._http.post(f"{self._worker()}/api/chat/stream", json=self._question(conversation))
            )
            _, end = read_frames(answer.text)
            assert end["event"] == "done", end

    async def _disconnect(self) -> None:
        async with self._asked_alone() as answer:
            await self._read_some(answer, self._random.randint(1, 20), pause=0.0)

    async def _slow_reader(self) -> None:
        async with self._asked_alone() as answer:
            await self._read_some(answer, 1_000, pause=0.1)

    def _asked_alone(self) -> AbstractAsyncContextManager[Answer]:
        """The stream of an answer in a conversation of its own."""
        question = self._question(str(uuid4()))
        return self._http.stream("POST", f"{self._worker()}/api/chat/stream", json=question)

    @asynccontextmanager
    async def _conversation(self) -> AsyncIterator[str]:
        """A conversation without other questions; further questions follow unless the block fails."""
        old = self._conversations.pop(0) if self._random.random() < 0.8 and self._conversations else None
        conversation, turns = old or (str(uuid4()), 0)
        yield conversation
        if turns + 1 < _TURNS:
            self._conversations.append((conversation, turns + 1))

    async def _read_some(self, answer: Answer, most: int, *, pause: float) -> None:
        if answer.status_code != 200:
            await answer.aread()
            _good(answer)
        count = 0
        async for line in answer.aiter_lines():
            if line.startswith("data: {") and json.loads(line[6:]).get("event") == "error":
                raise AssertionError(line)
            count += 1
            if count >= most or line == "data: [DONE]":
                return
            await asyncio.sleep(pause)
        raise AssertionError("the stream ended before its end")

    async def _report(self) -> None:
        made = _good(await self._http.post(f"{self._worker()}/api/reports", json=next(self._reports)))
        assert made.status_code == 201, made.text
        where = made.headers["location"]
        await self._get(where)
        await self._get("/api/reports", limit="5")
        _good(await self._http.delete(self._worker() + where))
        after = await self._http.get(self._worker() + where)
        assert after.status_code == 404, f"a deleted report is {after.status_code}"

    async def _report_stream(self) -> None:
        headers = {"Accept": "text/event-stream"}
        answer = _good(
            await self._http.post(f"{self._worker()}/api/reports", json=next(self._reports), headers=headers)
        )
        assert answer.text.endswith("data: [DONE]\n\n"), answer.text[-200:]
        assert '"event":"report"' in answer.text, answer.text[-500:]

    async def _search(self) -> None:
        await self._get("/api/symbols", query=self._random.choice(("app", "micro", "v")))

    async def _preferences(self) -> None:
        path = f"/api/users/user-{self._random.randint(1, 50)}/preferences"
        _good(await self._http.put(self._worker() + path, json={"watchlist": [self._symbol()]}))
        await self._get(path)

    async def _ready(self) -> None:
        answer = await self._http.get(f"{self._worker()}/api/health/ready")
        if answer.headers["content-type"] != "application/json":
            _good(answer)
        checks = answer.json()["checks"]
        # The outcome of the last refresh is reported until the next one: it outlives a fault.
        bad = {name for name, check in checks.items() if check["status"] != "healthy"} - {"cache_refresh"}
        assert not bad, checks

    async def _refresh(self) -> None:
        _good(await self._http.post(f"{self._worker()}/admin/functions/cache_refresh", json={}))

    def _question(self, conversation: str) -> dict[str, Any]:
        """A question that names its company in the text or in ``symbols``."""
        symbol = self._symbol()
        if self._random.random() < 0.5 and symbol in _NAMED:
            return {"message": f"How is {_NAMED[symbol]} doing?", "conversation_id": conversation}
        return {"message": "How is it doing?", "symbols": [symbol], "conversation_id": conversation}


def _good(answer: Answer) -> Answer:
    """The answer when it is a good one.

    Raises:
        AssertionError: It is an error of the contract.
        OutsideContractError: It is something else.
    """
    if answer.status_code >= 400:
        problem = answer.json()
        raise AssertionError(f"{problem_of(answer)}: {problem['detail']} ({problem['request_id']})")
    return answer


def _fault(part: str, name: str) -> Fault:
    known = {some.name: some.faults for some in PARTS} | {"Worker": _OF_WORKERS}
    (found,) = [one for one in known[part] if one.name == name]
    return found


@dataclass(frozen=True)
class Bounds:
    """By how much the service may hold more than before.

    Attributes:
        memory: Share by which memory may have grown under load. It is what the worst moment took: what
            Python's allocator has once spread over its arenas it seldom gives back.
        blocks: Share by which the blocks may have grown that Python's objects take at rest.
        threads: More of them; pools may have grown to their bounds since.
        files: More of them, connections among them; idle ones are kept for a while.
    """

    memory: float
    blocks: float
    threads: int
    files: int


def mistakes(outcome: Outcome, bounds: Bounds) -> Sequence[str]:
    """What must not be: failures, and what the service holds more of than before."""
    before, after = outcome.before, outcome.after
    assert before is not None
    assert after is not None
    held = {
        "tasks": after.tasks - before.tasks > _MORE_TASKS,
        "threads": after.threads - before.threads > bounds.threads,
        "files": after.files - before.files > bounds.files,
        "blocks": after.blocks > before.blocks * (1 + bounds.blocks),
    }
    found = [f"more {name} than before: {before} and {after}" for name, more in held.items() if more]
    if outcome.failures or outcome.strange:
        found.append(f"{outcome.failures} failures, {len(outcome.strange)} answers outside the contract")
    if outcome.memory_growth() > bounds.memory:
        found.append(f"memory grew by {outcome.memory_growth():.1%}")
    return found
