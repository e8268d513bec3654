"""The operations of the fault matrix, each asked for over HTTP and summed up in a few words.

What an operation gave is written as in ``docs/faults.md``: the status, the code of a problem, and what a
client gets besides (``stale``, ``without data``). Whatever is outside the contract fails here.
"""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import httpx
from redis.exceptions import ReadOnlyError

from shared.errors import ProblemError
from tests.support.faults.stage import Stage

KEPT: Final = "AAPL"
"""A symbol whose data are in the cache before anything goes wrong; its prices have expired."""
STORED: Final = "SPY"
"""A symbol whose history is in the database only, two hours old."""
NEW: Final = "KO"
"""A symbol that has not been asked for before, and no peer of the other."""

_DAYS: Final = {KEPT: "2025-06-10", NEW: "2025-03-10"}
_TIMER_SECONDS: Final = 60.0
_ENDED: Final = re.compile(r" function=(\w+) status=(\d+) (?:.*?)\boutcome=(\w+)(.*)")
_MIGRATED: Final = re.compile(r"\bmigrations=(\w+)")
_ALERTS: Final = re.compile(r"\balerts=(\d+)")
_SUBSCRIBER: Final = "/api/users/subscriber/preferences"
_WEBHOOK: Final = {"id": "hook", "url": "https://93.184.216.34/events"}
"""Nothing is sent there: a stage has no queue."""


class OutsideContractError(AssertionError):
    """An answer that the contract does not have."""


@dataclass
class Stored:
    """What was answered as stored: it must be there when all is over.

    Attributes:
        paths: To be read with GET.
        conversations: With their questions.
    """

    paths: list[str] = field(default_factory=list)
    conversations: dict[str, str] = field(default_factory=dict)


class Operations:
    """Asks, and remembers what was answered as stored.

    Attributes:
        stored: What was answered as stored.
        texts: Every answer, to be searched for secrets.
    """

    def __init__(self, on: Stage) -> None:
        self._stage = on
        self._client = on.client
        self.stored = Stored()
        self.texts: list[str] = []

    def run(self, kept: str, new: str) -> dict[str, str]:
        """What each operation gives: those of clients at the same time, then the timers, then the health.

        Args:
            kept: A symbol whose data are in the cache.
            new: One whose data are not.
        """
        asked = {
            "quote": lambda: self._of_each(self.quote, kept, new),
            "batch": lambda: self.batch(kept, new),
            "history": lambda: self._of_each(self.history, kept, new),
            "stored data only": self.stored_only,
            "statements": lambda: self._of_each(self.statements, kept, new),
            "filings": lambda: self._of_each(self.filings, kept, new),
            "fx": lambda: self._of_each(self.exchange_rate, kept, new),
            "chat": lambda: self._of_each(self.chat, kept, new),
            "chat stream": lambda: self._of_each(self.chat_stream, kept, new),
            "report": lambda: self._of_each(self.report, kept, new),
        }
        with ThreadPoolExecutor(len(asked)) as pool:
            given = {name: pool.submit(ask) for name, ask in asked.items()}
        return {name: answer.result() for name, answer in given.items()} | {
            "refresh": self.refresh(),
            "migrate": self.timer("migrations"),
            "briefings": self.briefings(kept),
            # Last: they tell what was seen of the others.
            "ready": self.ready(),
            "health": self.health(),
        }

    def health(self) -> str:
        """GET /health."""
        return self._outcome(self._ask("GET", "/api/health"), lambda _: "")

    def ready(self) -> str:
        """GET /health/ready: the overall state, and which checks are not healthy."""
        response = self._ask("GET", "/api/health/ready")
        if response.headers["content-type"] == "application/problem+json":
            return problem_of(response)
        body = response.json()
        if (response.status_code == 503) != (body["status"] == "unhealthy"):
            raise OutsideContractError(response.text)
        bad = sorted(name for name, check in body["checks"].items() if check["status"] != "healthy")
        return f"{response.status_code} {body['status']}" + (f": {', '.join(bad)}" if bad else "")

    def quote(self, symbol: str) -> str:
        """GET /quotes/{symbol}."""
        return self._outcome(self._ask("GET", f"/api/quotes/{symbol}"), _provenance)

    def batch(self, kept: str, new: str) -> str:
        """GET /quotes?symbols=."""
        response = self._ask("GET", f"/api/quotes?symbols={kept},{new}")
        if response.status_code != 200:
            return problem_of(response)
        body = response.json()
        by_symbol = {quote["symbol"]: f"200{_provenance(quote)}" for quote in body["quotes"]}
        by_symbol |= {error["symbol"]: _known_code(error["code"]) for error in body["errors"]}
        return _both(by_symbol[kept], by_symbol[new])

    def history(self, symbol: str) -> str:
        """GET /quotes/{symbol}/history."""
        return self._outcome(self._ask("GET", f"/api/quotes/{symbol}/history"), _provenance)

    def stored_only(self) -> str:
        """GET /quotes/{symbol}/history of a symbol that is in the database and not in the cache."""
        with closing(self._stage.redis_control()) as redis:
            for key in redis.scan_iter(f"*:{STORED}:*"):
                with suppress(ReadOnlyError):
                    redis.delete(key)
        return self.history(STORED)

    def statements(self, symbol: str) -> str:
        """GET /quotes/{symbol}/statements."""
        return self._outcome(self._ask("GET", f"/api/quotes/{symbol}/statements"), _provenance)

    def filings(self, symbol: str) -> str:
        """GET /quotes/{symbol}/filings."""
        return self._outcome(self._ask("GET", f"/api/quotes/{symbol}/filings"), _provenance)

    def exchange_rate(self, symbol: str) -> str:
        """GET /fx on the day of a symbol: rates of one month are kept, those of another are not."""
        query = f"base=USD&quote=EUR&date={_DAYS[symbol]}"
        return self._outcome(self._ask("GET", f"/api/fx?{query}"), _provenance)

    def chat(self, symbol: str) -> str:
        """POST /chat, in a conversation of its own."""
        body = _question(symbol)
        response = self._ask("POST", "/api/chat", json=body)
        return self._outcome(response, lambda answer: self._answered(body, answer, answer["sources"]))

    def chat_stream(self, symbol: str) -> str:
        """POST /chat/stream, read to its end."""
        body = _question(symbol)
        response = self._ask("POST", "/api/chat/stream", json=body)
        if response.status_code != 200:
            return problem_of(response)
        sources, end = read_frames(response.text)
        if end["event"] == "error":
            return f"200, then {_known_code(end['code'])}"
        return f"200{self._answered(body, end, sources)}"

    def report(self, symbol: str) -> str:
        """POST /reports, a new one."""
        body = {"symbol": symbol, "refresh": True}
        response = self._ask("POST", "/api/reports", json=body)
        if response.status_code == 201:
            self.stored.paths.append(response.headers["location"])
        return self._outcome(response, _made)

    def refresh(self) -> str:
        """The timer that refreshes the cache, with everything due."""
        with closing(self._stage.redis_control()) as redis:
            for key in redis.scan_iter("*:refresh:*"):
                with suppress(ReadOnlyError):
                    redis.delete(key)
        return self.timer("cache_refresh")

    def briefings(self, symbol: str) -> str:
        """The timer that sends briefings and alerts, with a new alert that any fresh price fires."""
        alert = {"id": f"a{uuid4().hex}", "symbol": symbol, "kind": "price_above", "value": 0.01}
        body = {"webhooks": [_WEBHOOK], "alerts": [{**alert, "webhook_id": _WEBHOOK["id"]}]}
        self._ask("PUT", _SUBSCRIBER, json=body)
        return self.timer("briefings")

    def timer(self, name: str) -> str:
        """POST /admin/functions/{name}, and how the run ended by the log."""
        begins = len(self._stage.host.output())
        response = self._ask("POST", f"/admin/functions/{name}", json={})
        ends = time.monotonic() + _TIMER_SECONDS
        while time.monotonic() < ends:
            for found in _ENDED.finditer(self._stage.host.output()[begins:]):
                if found[1] == name:
                    return f"{response.status_code} {_ended(found[3], found[4])}"
            time.sleep(0.05)
        raise AssertionError(f"{name} has not ended within {_TIMER_SECONDS:g} s")

    def keep_preferences(self, user: str) -> str:
        """PUT /users/{user_id}/preferences."""
        path = f"/api/users/{user}/preferences"
        response = self._ask("PUT", path, json={"watchlist": [KEPT]})
        if response.status_code == 200:
            self.stored.paths.append(path)
        return self._outcome(response, lambda _: "")

    def lost(self) -> list[str]:
        """What was answered as stored and is not there."""
        lost = [path for path in self.stored.paths if self._ask("GET", path).status_code != 200]
        for conversation, message in self.stored.conversations.items():
            body = _question(KEPT) | {"conversation_id": conversation}
            self._ask("POST", "/api/chat", json=body)
            told = json.dumps(self._stage.model.calls[-1].body)
            if message not in told:
                lost.append(f"the question in {conversation}")
        return lost

    def _of_each(self, operation: Callable[[str], str], kept: str, new: str) -> str:
        if kept == new:
            return operation(kept)
        with ThreadPoolExecutor(2) as pool:
            return _both(*pool.map(operation, (kept, new)))

    def _ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **content)
        except httpx.TimeoutException as error:
            said = "\n".join(self._stage.host.output().splitlines()[-200:])
            raise OutsideContractError(f"{method} {path} was not answered in time: {said}") from error
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        self.texts.append(f"{method} {path} {response.status_code}\n{headers}\n{response.text}")
        return response

    def _outcome(self, response: httpx.Response, told: Callable[[dict[str, Any]], str]) -> str:
        if response.status_code >= 400:
            return problem_of(response)
        return f"{response.status_code}{told(response.json())}"

    def _answered(
        self, body: Mapping[str, Any], answer: Mapping[str, Any], sources: Sequence[Mapping[str, Any]]
    ) -> str:
        told = ""
        if answer["fallback"]:
            told += f" by {answer['provider']}"
        told += _data(sources)
        if not sources:
            self._check_model_was_told(body["message"])
        if "memory" in answer:
            return f"{told}, memory {answer['memory']}"
        self.stored.conversations[body["conversation_id"]] = body["message"]
        return told

    def _check_model_was_told(self, message: str) -> None:
        """Checks that the model that answers without data knows that it has none."""
        models = (self._stage.model, self._stage.second_model)
        prompts = [json.dumps(call.body) for model in models for call in tuple(model.calls)]
        (prompt,) = [prompt for prompt in prompts if message in prompt]
        if "Unavailable:" not in prompt:
            raise OutsideContractError(f"the model was not told what is missing: {prompt[:2000]}")


def _ended(outcome: str, fields: str) -> str:
    """How a run ended: what the migrations were, and whether an alert fired."""
    migrated, alerts = _MIGRATED.search(fields), _ALERTS.search(fields)
    if alerts is not None:
        return f"{outcome}, {'alert stored' if int(alerts[1]) else 'no alert'}"
    return migrated[1] if migrated else outcome


def problem_of(response: httpx.Response) -> str:
    """Status and code of a problem, after what holds for every one."""
    if response.headers.get("content-type") != "application/problem+json":
        raise OutsideContractError(f"{response.status_code} is no problem: {response.text[:500]}")
    body = response.json()
    code = _known_code(body["code"])
    known: dict[str, int] = {error.code: error.status for error in _problems(ProblemError)}
    right = (
        body["status"] == response.status_code == known[code]
        and body["error"] == body["detail"]
        and body["request_id"] == response.headers["x-request-id"]
        and {"type", "title", "instance"} <= set(body)
        and (response.status_code not in (429, 503) or int(response.headers["retry-after"]) >= 1)
    )
    if not right:
        raise OutsideContractError(f"{dict(response.headers)}\n{response.text}")
    return f"{response.status_code} {code}"


def read_frames(text: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The sources that a stream named and its last frame, after a look at the order of all."""
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    frames = [json.loads(line) for line in lines[:-1]]
    kinds = [frame.get("event", "chunk") for frame in frames]
    between = set(kinds[1:-1])
    right = (
        lines[-1] == "[DONE]"
        and kinds[0] == "meta"
        and kinds[-1] in ("done", "error")
        and between <= {"sources", "tool", "chunk"}
    )
    if not right:
        raise OutsideContractError(text)
    sources = [source for frame in frames if frame.get("event") == "sources" for source in frame["sources"]]
    return sources, frames[-1]


def _question(symbol: str) -> dict[str, Any]:
    conversation = str(uuid4())
    message = f"How is it doing? Asked as {conversation}."
    return {"message": message, "symbols": [symbol], "conversation_id": conversation}


def _provenance(answer: Mapping[str, Any]) -> str:
    if answer["stale"]:
        return " stale"
    return f" from {answer['source']}" if answer["fallback_reason"] else ""


def _data(sources: Sequence[Mapping[str, Any]]) -> str:
    if not sources:
        return " without data"
    return " on stale data" if any(source["stale"] for source in sources) else ""


_OPTIONAL = {
    "earnings",
    "fair value",
    "guidance of the company",
    "holders",
    "peers",
    "performance",
    "risk-free rate",
    "risks",
    "share index",
    "thesis",
}
"""What few sources have, or have too little of for a valuation or for a section of points."""


def _made(report: Mapping[str, Any]) -> str:
    metadata = report["metadata"]
    told = f" by {metadata['provider']}" if metadata["fallback"] else ""
    told += _data(report["sources"])
    missing = {item.partition(":")[0] for item in metadata["missing"]} - _OPTIONAL
    return f"{told} without {', '.join(sorted(missing))}" if missing else told


def _both(kept: str, new: str) -> str:
    return kept if kept == new else f"{kept}; new: {new}"


def _known_code(code: str) -> str:
    if code not in {error.code for error in _problems(ProblemError)}:
        raise OutsideContractError(f"{code} is no code of the contract")
    return code


def _problems(error: type[ProblemError]) -> set[type[ProblemError]]:
    below = {deeper for child in error.__subclasses__() for deeper in _problems(child)}
    return below | {
        child for child in error.__subclasses__() if "code" in vars(child) or hasattr(child, "code")
    }
