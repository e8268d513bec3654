"""A mixed load over HTTP with faults switched on and off, and a look at what the service holds meanwhile."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from itertools import cycle, product
from typing import Any, Final, get_args
from uuid import uuid4

import httpx

from shared.reports.request import ReportType, TimeHorizon
from tests.support.faults.faults import PARTS, Fault
from tests.support.faults.operations import OutsideContractError, problem_of, read_frames
from tests.support.faults.stage import CLIENT_SECONDS, SecondWorker, Stage
from tests.support.soak_outcome import GRACE_SECONDS, Inside, Outcome
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

_SAMPLE_SECONDS: Final = 2.0
_QUIET_SECONDS: Final = 30.0
_IDLE_SECONDS: Final = 8.0
"""By then the service has closed the connections of the load, which have been idle for five seconds."""

_PROBE_SECONDS: Final = 0.05
"""Between two looks at how fast the surroundings answer."""
_STALL_SECONDS: Final = 0.15
"""An answer that takes as long is late: the service gives Redis up after 0.25 s without a byte."""
_LOST_SECONDS: Final = 1.0
"""After as long a probe is given up: Redis is switched off."""

_SHOWN_CHARACTERS: Final = 500
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
            warm_up.create_task(run.every_request())
            warm_up.create_task(run.each_fault(fault_seconds, 0.0, grace=0.0, times=warm_up_faults))
        run.outcome = Outcome(before=await run.at_rest(None))
        sampling = asyncio.create_task(run.sample())
        probing = asyncio.create_task(run.probe())
        faults = asyncio.create_task(run.faults(fault_seconds, clean_seconds))
        await run.load_for(clients, seconds)
        background = (faults, sampling, probing)
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
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

        self._is_measured_asked = False
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

    async def every_request(self) -> None:
        """Asks the measured worker for each kind once: on a slow machine the load may not get there."""
        self._is_measured_asked = True
        async with asyncio.TaskGroup() as group:
            for name in self._requests:
                group.create_task(self._ask(name))
        self._is_measured_asked = False

    async def sample(self) -> None:
        """Notes what the service holds, until it is cancelled."""
        while True:
            self.outcome.samples.append(await self._inside())
            # What the stand-ins remember is of no use here.
            self._stage.model.calls.clear()
            self._stage.yahoo.requests.clear()
            await asyncio.sleep(_SAMPLE_SECONDS)

    async def probe(self) -> None:
        """Notes when Redis answers late, by the way the service asks it, until it is cancelled.

        Proxy, stand-ins and clients share this process, and all share the machine: what the service meets
        while these are held up is a slow Redis, and no failure of its own.
        """
        while True:
            try:
                async with asyncio.timeout(_LOST_SECONDS):
                    reader, writer = await asyncio.open_connection("127.0.0.1", self._stage.redis_proxy.port)
                with closing(writer):
                    await self._probe_by(reader, writer)
            except (OSError, EOFError):
                # Redis is switched off by a fault.
                await asyncio.sleep(_PROBE_SECONDS)

    async def _probe_by(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answered = time.monotonic()
        while True:
            await asyncio.sleep(_PROBE_SECONDS)
            writer.write(b"PING\r\n")
            try:
                async with asyncio.timeout(_LOST_SECONDS):
                    # An error, as the probe has no password: an answer all the same.
                    await reader.readuntil(b"\r\n")
            finally:
                before, answered = answered, time.monotonic()
                # From the answer before: this process may have been held up, too.
                if answered - before > _PROBE_SECONDS + _STALL_SECONDS:
                    self.outcome.stalls.append((before, answered))

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
            self.outcome.strange.append(f"{name}: {error}"[:_SHOWN_CHARACTERS])
        except (AssertionError, httpx.HTTPError) as error:
            # Judged at the end: a stall is known when it is over.
            what = f"{name}: {error!r}"[:_SHOWN_CHARACTERS]
            self.outcome.bad.append((begins, time.monotonic(), what))

    def _worker(self) -> str:
        """The address of one of the workers, as a load balancer would choose it."""
        if self._is_measured_asked:
            return self._stage.url
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
        # The outcome of the last run of a timer is reported until the next one: it outlives a fault.
        unhealthy = {name for name, check in checks.items() if check["status"] != "healthy"}
        bad = unhealthy - {"cache_refresh", "briefings"}
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
