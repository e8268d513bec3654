"""Two workers over HTTP: what they serve after deletions, outages of Redis and killed workers."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from redis import Redis

from tests.support.openai_process import openai_process
from tests.support.two_workers import Workers, two_workers

pytestmark = pytest.mark.redis_server

QUICK = {"symbol": "AAPL", "report_type": "quick_overview", "time_horizon": "short_term"}
FORMS = ("json", "markdown", "html", "pdf")
_WAIT_SECONDS = 60.0


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with two_workers(tmp_path_factory.mktemp("workers"), redis_hangs=True) as both:
        migrate = str(both.clients[0].base_url).replace("/api/", "/admin/functions/migrations")
        httpx.post(migrate, json={}, timeout=60).raise_for_status()
        eventually(lambda: statuses(both, "/health/ready") == [200, 200])
        yield both


@pytest.fixture(autouse=True)
def redis_is_back(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "workers" in request.fixturenames:
        both: Workers = request.getfixturevalue("workers")
        both.redis.resume()
        control(both).replicaof("NO", "ONE")
        eventually(lambda: [checks(client)["redis"]["status"] for client in both.clients] == ["healthy"] * 2)


def eventually(condition: Any) -> None:
    """Waits until a condition holds."""
    ends = time.monotonic() + _WAIT_SECONDS
    while not condition():
        assert time.monotonic() < ends, "it does not happen"
        time.sleep(0.1)


def control(both: Workers) -> "Redis":
    return Redis(port=both.redis.port)


def checks(client: httpx.Client) -> Any:
    return client.get("/health/ready").json()["checks"]


def statuses(both: Workers, path: str) -> list[int]:
    return [client.get(path).status_code for client in both.clients]


def is_stored(both: Workers, report_id: str) -> bool:
    with MongoClient[dict[str, Any]](both.mongodb_uri) as client:
        return (
            client["stock_research"]["investment_reports"].find_one({"references.id": report_id}) is not None
        )


def create(client: httpx.Client, **changes: Any) -> str:
    response = client.post("/reports", json={**QUICK, "refresh": True, **changes})
    assert response.status_code == 201, response.text
    report_id: str = response.json()["report_id"]
    return report_id


def served_forms(client: httpx.Client, report_id: str) -> list[int]:
    return [client.get(f"/reports/{report_id}", params={"format": form}).status_code for form in FORMS]


def assert_gone(both: Workers, report_id: str) -> None:
    for client in both.clients:
        assert served_forms(client, report_id) == [404] * 4


class TestDeletedReports:
    def test_no_worker_serves_it_after_a_204(self, workers: Workers) -> None:
        first, second = workers.clients
        report_id = create(first)
        for client in workers.clients:
            assert served_forms(client, report_id) == [200] * 4
        assert second.delete(f"/reports/{report_id}").status_code == 204
        assert_gone(workers, report_id)
        for client in workers.clients:
            again = client.post("/reports", json=QUICK).json()
            assert again["report_id"] != report_id
        assert second.delete(f"/reports/{report_id}").status_code == 404

    def test_concurrent_reads_do_not_bring_it_back(self, workers: Workers) -> None:
        first, second = workers.clients
        report_id = create(first)
        stop = time.monotonic() + 3

        def read(client: httpx.Client) -> None:
            while time.monotonic() < stop:
                client.get(f"/reports/{report_id}")

        with ThreadPoolExecutor(8) as pool:
            readers = [pool.submit(read, client) for client in workers.clients for _ in range(4)]
            time.sleep(0.5)
            assert second.delete(f"/reports/{report_id}").status_code == 204
            assert_gone(workers, report_id)
            for reader in readers:
                reader.result()
        assert_gone(workers, report_id)

    def test_deletion_that_redis_does_not_confirm_is_unavailable(self, workers: Workers) -> None:
        first, second = workers.clients
        report_id = create(first)
        assert second.get(f"/reports/{report_id}").status_code == 200
        workers.redis.hang()
        for _ in range(2):
            refused = second.delete(f"/reports/{report_id}")
            assert (refused.status_code, refused.json()["code"]) == (503, "dependency_unavailable")
            assert int(refused.headers["retry-after"]) >= 1
        assert statuses(workers, f"/reports/{report_id}") == [200, 200]
        workers.redis.resume()
        eventually(lambda: second.delete(f"/reports/{report_id}").status_code == 204)
        assert_gone(workers, report_id)

    def test_read_only_redis_is_named_and_refuses_the_deletion(self, workers: Workers) -> None:
        first, second = workers.clients
        report_id = create(first)
        control(workers).replicaof("127.0.0.1", "1")
        refused = second.delete(f"/reports/{report_id}")
        assert (refused.status_code, refused.json()["code"]) == (503, "dependency_unavailable")
        assert "READONLY" in refused.json()["detail"]
        assert "READONLY" in checks(first)["redis"]["detail"]
        control(workers).replicaof("NO", "ONE")
        eventually(lambda: second.delete(f"/reports/{report_id}").status_code == 204)
        assert_gone(workers, report_id)

    def test_report_of_an_outage_is_not_served_after_its_deletion(self, workers: Workers) -> None:
        first, second = workers.clients
        workers.redis.hang()
        report_id = create(first)
        assert first.get(f"/reports/{report_id}").status_code == 200
        workers.redis.resume()
        eventually(lambda: second.delete(f"/reports/{report_id}").status_code == 204)
        workers.redis.hang()
        assert_gone(workers, report_id)

    def test_worker_killed_during_the_deletion_leaves_one_state(self, tmp_path: Path) -> None:
        with two_workers(tmp_path) as both:
            first, second = both.clients
            report_id = create(first)
            assert second.get(f"/reports/{report_id}").status_code == 200
            with ThreadPoolExecutor(1) as pool:
                assert is_stored(both, report_id)
                deletion = pool.submit(second.delete, f"/reports/{report_id}")
                # It answers when the local copies of other workers have expired.
                eventually(lambda: not is_stored(both, report_id))
                both.hosts[1].send_signal(signal.SIGKILL)
                with pytest.raises(httpx.TransportError):
                    deletion.result()
            # No 204 was sent: the local cache of the first worker may serve it for one more second.
            eventually(lambda: first.get(f"/reports/{report_id}").status_code == 404)
            assert first.delete(f"/reports/{report_id}").status_code == 404
            assert first.post("/reports", json=QUICK).json()["report_id"] != report_id


def test_workers_agree_after_an_outage(workers: Workers) -> None:
    first = workers.clients[0]
    workers.redis.hang()
    fetched_at = []
    for client in workers.clients:
        fetched_at.append(client.get("/quotes/MSFT/fundamentals").json()["fetched_at"])
        time.sleep(1.1)  # The time of a fetch is in whole seconds.
    assert fetched_at[0] < fetched_at[1]
    workers.redis.resume()

    def agree() -> bool:
        bodies = [client.get("/quotes/MSFT/fundamentals").content for client in workers.clients]
        return bodies[0] == bodies[1]

    eventually(agree)
    assert all(agree() for _ in range(5))
    assert first.get("/quotes/MSFT/fundamentals").json()["fetched_at"] == fetched_at[1]


def test_reports_of_an_outage_are_one_report_afterwards(workers: Workers) -> None:
    workers.redis.hang()
    created = [create(client, symbol="NVDA") for client in workers.clients]
    assert created[0] != created[1]
    workers.redis.resume()
    eventually(lambda: all(checks(client)["redis"]["status"] == "healthy" for client in workers.clients))

    def served() -> set[str]:
        request = {**QUICK, "symbol": "NVDA"}
        return {client.post("/reports", json=request).json()["report_id"] for client in workers.clients}

    eventually(lambda: len(served()) == 1)
    time.sleep(1.1)
    assert all(len(served()) == 1 for _ in range(3))


def test_worker_killed_during_an_answer_blocks_the_conversation_for_seconds(tmp_path: Path) -> None:
    with openai_process() as model:
        environ = {
            "OPENAI_API_KEY": "sk-test-0123456789",
            "OPENAI_BASE_URL": model,
            "MODEL_ALLOWED_MODELS": "*",
            "MODEL_ALLOW_FALLBACK": "false",
        }
        with two_workers(tmp_path, environ) as both:
            first, second = both.clients
            question = {"message": "What is a dividend?", "model": "tokens=500&rate=5"}
            begun = first.post("/chat", json={**question, "model": "tokens=1"}).json()
            question["conversation_id"] = begun["conversation_id"]
            with second.stream("POST", "/chat/stream", json=question) as response:
                lines = response.iter_lines()
                assert "meta" in next(line for line in lines if line.startswith("data: "))
                assert first.post("/chat", json=question).status_code == 409
                both.hosts[1].send_signal(signal.SIGKILL)
                with pytest.raises(httpx.TransportError):
                    list(lines)
            eventually(lambda: first.post("/chat", json={**question, "model": "tokens=1"}).status_code == 200)
