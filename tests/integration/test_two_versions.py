"""The previous commit's app and this one share Redis and MongoDB, as during a rolling update."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.support.host import REPOSITORY, running_host
from tests.support.mongo import mongo_server
from tests.support.redis_server import redis_server

pytestmark = pytest.mark.redis_server

PREFERENCES: Final = "/users/ada/preferences"


PREVIOUS = "HEAD~1"


@dataclass(frozen=True)
class Versions:
    """Clients of both versions."""

    previous: httpx.Client
    current: httpx.Client


def git(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, timeout=60, check=False)


if git("rev-parse", "--verify", "--quiet", f"{PREVIOUS}^{{tree}}").returncode:
    pytest.skip("git has no previous commit here (a shallow clone)", allow_module_level=True)


def previous_commit(folder: Path) -> Path:
    """Extracts the parent of the current commit."""
    archive = git("archive", PREVIOUS)
    assert archive.returncode == 0, archive.stderr
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Versions]:
    folder = tmp_path_factory.mktemp("versions")
    source = previous_commit(folder / "source")
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(tmp_path_factory.mktemp("redis")))
        stores = {
            "MONGODB_URI": stack.enter_context(mongo_server()),
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis.port),
            "YAHOO_FINANCE_ENABLED": "false",
        }
        clients = []
        for name, root in (("previous", source), ("current", REPOSITORY)):
            url = stack.enter_context(running_host(folder / name, stores, root=root))
            clients.append(stack.enter_context(httpx.Client(base_url=f"{url}/api", timeout=60)))
            # Both versions run their migrations, the older one first, as their deployments did.
            httpx.post(f"{url}/admin/functions/migrations", json={}, timeout=60).raise_for_status()
        yield Versions(*clients)


def read(response: httpx.Response) -> Any:
    """Returns the body of a successful answer."""
    assert response.is_success, response.text
    return response.json()


def test_both_are_ready_after_the_migrations_of_the_new_one(versions: Versions) -> None:
    for client in (versions.previous, versions.current):
        assert read(client.get("/health/ready"))["status"] != "unhealthy"


@pytest.mark.parametrize(("writer", "reader"), [("previous", "current"), ("current", "previous")])
def test_report_of_one_is_read_by_the_other(writer: str, reader: str, versions: Versions) -> None:
    wanted = {"symbol": "MSFT" if writer == "current" else "AAPL", "report_type": "quick_overview"}
    made = read(getattr(versions, writer).post("/reports", json=wanted))
    found = read(getattr(versions, reader).get(f"/reports/{made['report_id']}"))
    assert found["symbol"] == wanted["symbol"]
    assert found["recommendation"] == made["recommendation"]
    again = read(getattr(versions, reader).post("/reports", json=wanted))
    assert again["report_id"] == made["report_id"], "the other version does not recognise the cached report"


@pytest.mark.parametrize(("writer", "reader"), [("previous", "current"), ("current", "previous")])
def test_quote_that_one_cached_is_served_by_the_other(writer: str, reader: str, versions: Versions) -> None:
    path = f"/quotes/{'NVDA' if writer == 'current' else 'TSLA'}"
    stored = read(getattr(versions, writer).get(path))
    assert read(getattr(versions, reader).get(path))["price"] == stored["price"]


@pytest.mark.parametrize(("first", "second"), [("previous", "current"), ("current", "previous")])
def test_preferences_are_changed_by_both(first: str, second: str, versions: Versions) -> None:
    one, other = getattr(versions, first), getattr(versions, second)
    before = one.get(PREFERENCES)
    etag = {"If-Match": before.headers["ETag"]} if before.is_success else {"If-None-Match": "*"}
    written = one.put(PREFERENCES, json={"watchlist": [first.upper()[:4]]}, headers=etag)
    assert written.is_success, written.text
    found = other.get(PREFERENCES)
    assert read(found)["watchlist"] == [first.upper()[:4]]
    changed = other.put(
        PREFERENCES, json={"watchlist": ["AAPL"]}, headers={"If-Match": found.headers["ETag"]}
    )
    assert changed.is_success, changed.text


def test_conversation_continues_on_the_other_version(versions: Versions) -> None:
    begun = read(versions.previous.post("/chat", json={"message": "How is Apple doing?"}))
    conversation = {"message": "And its margin?", "conversation_id": begun["conversation_id"]}
    continued = read(versions.current.post("/chat", json=conversation))
    assert continued["conversation_id"] == begun["conversation_id"]
    assert (
        read(versions.previous.post("/chat", json=conversation))["conversation_id"]
        == begun["conversation_id"]
    )
