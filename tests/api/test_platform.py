"""What the stand-in does with any app, as the Functions host does it."""

import asyncio
import contextlib
import json
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.durations import Stopwatch
from tests.support.host import SAMPLE_APP, HostProcess, running_host

FRONT = "https://front.example"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for all tests that leave nothing behind."""
    with running_host(tmp_path_factory.mktemp("sample"), app=SAMPLE_APP) as base_url:
        yield base_url


@pytest.fixture
def api(running: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{running}/api", timeout=60) as client:
        yield client


def call(method: str, url: str, **options: Any) -> httpx.Response:
    # Loading certificates that nothing here uses takes longer than the request.
    return httpx.request(method, url, verify=False, **{"timeout": 30, **options})


def ignore_end_of(url: str) -> None:
    with contextlib.suppress(httpx.TransportError):
        call("GET", url, timeout=30)


def events(base_url: str) -> list[str]:
    listed: list[str] = call("GET", f"{base_url}/api/events").json()["events"]
    return listed


def wait_for_event(base_url: str, event: str, times: int = 1) -> list[str]:
    deadline = time.monotonic() + 30
    while (listed := events(base_url)).count(event) < times:
        assert time.monotonic() < deadline, f"{event!r} did not happen: {listed}"
        time.sleep(0.02)
    return listed


class TestRequests:
    def test_request_arrives_as_it_was_sent(self, api: httpx.Client) -> None:
        response = api.post(
            "/echo/A%2FB%20c?a=1&a=2&b=%26",
            content="body",
            headers={"X-Forwarded-For": "203.0.113.9:1", "X-Forwarded-Proto": "https"},
        )
        got = response.json()
        assert got["method"] == "POST"
        assert got["path_params"] == {"name": "A%2FB c"}
        assert got["query"] == [["a", "1"], ["a", "2"], ["b", "&"]]
        assert got["body"] == "body"
        assert got["headers"]["x-forwarded-for"] == "203.0.113.9:1"
        # As under the worker, whose server believes the proxy in front of it.
        assert got["url"].startswith("https://127.0.0.1:")

    @pytest.mark.parametrize(
        ("path", "function", "params"),
        [
            ("/files", "files", {}),
            ("/files/a/b", "files", {"rest": "a/b"}),
            ("/PAGES", "pages", {}),
            ("/pages/3", "pages", {"number": "3"}),
            ("/things/7", "things_b_by_number", {"id": "7"}),
            ("/things/x", "things_c_by_name", {"name": "x"}),
            # Tried in order of function name, however specific.
            ("/things/special", "things_c_by_name", {"name": "special"}),
        ],
    )
    def test_routes(self, api: httpx.Client, path: str, function: str, params: dict[str, str]) -> None:
        assert api.get(path).json() == {"function": function, "path_params": params}

    def test_other_method_goes_to_the_next_route(self, api: httpx.Client) -> None:
        assert api.delete("/things/x").json()["function"] == "things_e_delete"

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/nothing"),
            ("PUT", "/echo/x"),
            ("HEAD", "/files"),
            ("OPTIONS", "/echo/x"),
            ("POST", "/boom"),
        ],
    )
    def test_no_function_is_an_empty_404(self, api: httpx.Client, method: str, path: str) -> None:
        response = api.request(method, path)
        assert (response.status_code, response.content) == (404, b"")
        assert "content-type" not in response.headers

    def test_listed_head_and_options_arrive(self, api: httpx.Client) -> None:
        response = api.head("/echo/x")
        assert (response.status_code, response.content) == (200, b"")
        assert int(response.headers["content-length"]) > 0
        assert api.options("/with-options").text == "OPTIONS"

    def test_prefix_is_needed(self, running: str) -> None:
        assert call("GET", f"{running}/files").status_code == 404

    def test_sync_handler_runs_in_a_thread_with_a_context(self, api: httpx.Client) -> None:
        one, two = api.get("/sync").json(), api.get("/sync").json()
        assert (one["main_thread"], one["function"]) == (False, "runs_in_a_thread")
        assert one["invocation"] != two["invocation"]

    def test_plain_data_is_encoded_as_the_worker_encodes_it(self, api: httpx.Client) -> None:
        response = api.get("/plain")
        assert response.json() == {"path": "/api/plain"}
        assert response.headers["content-type"] == "application/json"

    def test_escaping_exception_is_a_bare_500(self, api: httpx.Client) -> None:
        response = api.get("/boom")
        assert (response.status_code, response.text) == (500, "Internal Server Error")
        assert response.headers["content-type"].startswith("text/plain")
        assert api.get("/files").status_code == 200

    def test_no_server_is_advertised(self, api: httpx.Client) -> None:
        assert "server" not in api.get("/files").headers


class TestCors:
    def test_preflight_is_answered_by_the_host(self, api: httpx.Client) -> None:
        response = api.options(
            "/echo/x",
            headers={
                "Origin": FRONT,
                "Access-Control-Request-Method": "PUT",
                "Access-Control-Request-Headers": "content-type,x-request-id",
            },
        )
        assert (response.status_code, response.content) == (204, b"")
        assert response.headers["access-control-allow-origin"] == FRONT
        assert response.headers["access-control-allow-methods"] == "PUT"
        assert response.headers["access-control-allow-headers"] == "content-type,x-request-id"
        assert response.headers["access-control-allow-credentials"] == "true"

    def test_answer_names_the_origin(self, api: httpx.Client) -> None:
        response = api.get("/files", headers={"Origin": FRONT})
        assert response.headers["access-control-allow-origin"] == FRONT
        assert response.headers["vary"] == "Origin"

    def test_what_the_function_says_stands(self, api: httpx.Client) -> None:
        response = api.get("/own-cors", headers={"Origin": FRONT})
        assert response.headers.get_list("access-control-allow-origin") == ["https://own.example"]

    def test_request_that_is_not_from_a_browser_gets_nothing(self, api: httpx.Client) -> None:
        assert "access-control-allow-origin" not in api.get("/files").headers


class TestStreams:
    """Each changes the app's state, so each has its own."""

    @pytest.fixture
    async def sample(self, sample_host: str) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(base_url=sample_host, timeout=60) as client:
            yield client

    async def test_chunks_arrive_as_they_are_made(self, sample: httpx.AsyncClient) -> None:
        async with sample.stream("GET", "/api/stream", headers={"Origin": FRONT}) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["access-control-allow-origin"] == FRONT
            lines = response.aiter_lines()
            assert await anext(lines) == "first"
            # The second one waits for this.
            await sample.post("/api/release")
            assert [line async for line in lines] == ["second"]

    async def test_client_that_leaves_cancels_the_generator_within_milliseconds(
        self, sample: httpx.AsyncClient, sample_host: str
    ) -> None:
        seconds: list[float] = []
        for times in range(1, 4):
            async with sample.stream("GET", "/api/stream") as response:
                await anext(response.aiter_lines())
            with Stopwatch() as watch:
                await asyncio.to_thread(wait_for_event, sample_host, "stream closed", times)
            seconds.append(watch.seconds)
        assert events(sample_host) == ["stream cancelled", "stream closed"] * 3
        # The fastest of three: what else the machine does only lengthens it.
        assert min(seconds) < 1.0

    async def test_exception_in_the_middle_breaks_the_body(self, sample: httpx.AsyncClient) -> None:
        await sample.post("/api/release")
        async with sample.stream("GET", "/api/stream?broken") as response:
            assert response.status_code == 200
            with pytest.raises(httpx.RemoteProtocolError):
                await response.aread()

    async def test_many_streams_at_once(self, sample: httpx.AsyncClient, sample_host: str) -> None:
        async with httpx.AsyncClient(base_url=sample_host, timeout=60, limits=httpx.Limits()) as client:
            reading = [asyncio.create_task(client.get("/api/stream")) for _ in range(100)]
            await asyncio.sleep(0)
            assert (await sample.get("/api/files")).status_code == 200
            await sample.post("/api/release")
            assert {response.content for response in await asyncio.gather(*reading)} == {b"first\nsecond\n"}


class TestAdmin:
    def test_timer_is_run_by_hand(self, sample_host: str) -> None:
        response = call("POST", f"{sample_host}/admin/functions/Tick", json={})
        assert (response.status_code, response.content) == (202, b"")
        wait_for_event(sample_host, "tick past_due=False")

    @pytest.mark.parametrize("content", [b"", b"{}", b'{"input": "anything"}'])
    def test_bodies_that_are_taken(self, running: str, content: bytes) -> None:
        url = f"{running}/admin/functions/tick"
        assert call("POST", url, content=content, headers=JSON).status_code == 202

    @pytest.mark.parametrize(
        ("method", "path", "content", "status", "code"),
        [
            ("POST", "functions/nothing", b"{}", 404, "not_found"),
            ("POST", "functions/echo", b"{}", 400, "invalid_request"),
            ("POST", "functions/tick", b"{", 400, "invalid_json"),
            ("POST", "functions/tick", b"[" * 50_000, 400, "invalid_json"),
            ("POST", "functions/tick", b"[]", 400, "invalid_request"),
            ("POST", "functions/tick", b" " * 70_000, 413, "payload_too_large"),
            ("GET", "functions/tick", b"", 404, "not_found"),
            ("GET", "anything", b"", 404, "not_found"),
        ],
    )
    def test_what_is_refused(
        self, running: str, method: str, path: str, content: bytes, status: int, code: str
    ) -> None:
        response = call(method, f"{running}/admin/{path}", content=content, headers=JSON)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["code"] == code

    def test_answers_at_once_and_does_not_overlap(self, sample_host: str) -> None:
        for _ in range(2):
            assert call("POST", f"{sample_host}/admin/functions/slow", json={}).status_code == 202
        wait_for_event(sample_host, "slow started past_due=False")
        call("POST", f"{sample_host}/api/release")
        wait_for_event(sample_host, "slow ended")
        assert events(sample_host).count("slow started past_due=False") == 1

    def test_functions_are_listed(self, running: str) -> None:
        listed = {item["name"]: item for item in call("GET", f"{running}/admin/functions").json()}
        assert listed["echo"] == {"name": "echo", "route": "echo/{name}", "methods": ["GET", "POST", "HEAD"]}
        assert listed["slow"] == {"name": "slow", "schedule": "0 0 3 29 2 *"}
        assert call("GET", f"{running}/admin/host/status").json() == {"state": "Running"}


class TestStart:
    def test_banner(self, tmp_path: Path) -> None:
        process = HostProcess(
            tmp_path,
            {"REDIS_HOST": "redis.invalid", "MONGODB_URI": "mongodb://u:marker@host.invalid"},
            app=SAMPLE_APP,
        )
        port = httpx.URL(process.base_url()).port
        ended = process.stop()
        assert ended.code == 0
        printed = [line.strip() for line in ended.output.splitlines()]
        assert f"echo: [GET,POST,HEAD] http://localhost:{port}/api/echo/{{name}}" in printed
        assert "slow: 0 0 3 29 2 *" in printed
        (due,) = (line for line in printed if line.startswith("next at") and "T04:00:00Z" in line)
        assert due.count("T04:00:00Z") == 3
        assert "MongoDB       MONGODB_URI, database stock_research" in printed
        assert "Redis         redis.invalid:6379, database 0" in printed
        market_data = next(line for line in printed if line.startswith("market data"))
        assert "yahoo (disabled), then tiingo (no key), then alpha_vantage (no key)" in market_data
        assert ", then sample (in use), " in market_data
        assert market_data.endswith("sec_edgar (no contact), then ecb")
        assert any("openai (no key)" in line and "offline (in use)" in line for line in printed)
        assert "marker" not in ended.output

    def test_timer_runs_when_it_is_due(self, tmp_path: Path) -> None:
        with running_host(tmp_path, {"TICK_SCHEDULE": "* * * * * *"}, app=SAMPLE_APP) as base_url:
            wait_for_event(base_url, "tick past_due=False")

    def test_failing_timer_is_logged_and_the_host_goes_on(self, tmp_path: Path) -> None:
        process = HostProcess(tmp_path, app=SAMPLE_APP)
        base_url = process.base_url()
        assert call("POST", f"{base_url}/admin/functions/failing", json={}).status_code == 202
        deadline = time.monotonic() + 30
        while "the timer broke" not in process.output() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert call("GET", f"{base_url}/api/files").status_code == 200
        ended = process.stop()
        assert ended.code == 0
        assert "timer failing failed" in ended.output

    def test_own_settings_file_and_process_environment(self, tmp_path: Path) -> None:
        app = tmp_path / "app"
        app.mkdir()
        for file in SAMPLE_APP.iterdir():
            if file.is_file():
                (app / file.name).write_bytes(file.read_bytes())
        own: dict[str, Any] = {"Values": {"TICK_SCHEDULE": "0 0 5 29 2 *"}, "Host": {"CORS": "*"}}
        (app / "local.settings.json").write_text(json.dumps(own))
        (app / "host.json").write_text('{"version":"2.0","extensions":{"http":{"routePrefix":""}}}')
        with running_host(tmp_path / "one", app=app) as base_url:
            response = call("GET", f"{base_url}/files/a", headers={"Origin": "https://any.example"})
            assert response.json()["path_params"] == {"rest": "a"}
            assert response.headers["access-control-allow-origin"] == "*"
            schedules = {
                item["name"]: item.get("schedule")
                for item in call("GET", f"{base_url}/admin/functions").json()
            }
            assert schedules["tick"] == "0 0 5 29 2 *"
        with running_host(tmp_path / "two", {"TICK_SCHEDULE": "0 0 6 29 2 *"}, app=app) as base_url:
            listed = {
                item["name"]: item.get("schedule")
                for item in call("GET", f"{base_url}/admin/functions").json()
            }
            assert listed["tick"] == "0 0 6 29 2 *"

    @pytest.mark.parametrize(
        ("environ", "message"),
        [
            ({"APP_ENV": "nowhere"}, "APP_ENV must be one of local"),
            ({"APP_ENV": "production"}, "a host (or MONGODB_URI) is required"),
            ({"REDIS_DB": "many"}, "redis.db (REDIS_DB), from the environment"),
            ({"OPENAI_API_KEY": "@Microsoft.KeyVault(SecretUri=https://v/marker)"}, "OPENAI_API_KEY"),
            ({"TICK_SCHEDULE": ""}, "'%TICK_SCHEDULE%' does not resolve to a value: set TICK_SCHEDULE"),
            ({"TICK_SCHEDULE": "sometimes"}, "the schedule 'sometimes' must have 6 fields"),
            ({"PORT": "none"}, "PORT must be a port number"),
            ({"PORT": "70000"}, "port 70000 cannot be used"),
            ({"PYTHON_THREADPOOL_THREAD_COUNT": "0"}, "PYTHON_THREADPOOL_THREAD_COUNT"),
        ],
    )
    def test_mistake_stops_the_start_with_one_line(
        self, tmp_path: Path, environ: dict[str, str], message: str
    ) -> None:
        ended = HostProcess(tmp_path, environ, app=SAMPLE_APP, arguments=()).wait()
        assert ended.code == 2
        # Warnings may come before.
        line = ended.output.splitlines()[-1]
        assert line.startswith("The app cannot start: ")
        assert message in line
        assert "marker" not in ended.output
        assert "Traceback" not in ended.output

    def test_mistake_in_a_file_stops_the_start(self, tmp_path: Path) -> None:
        (tmp_path / "host.json").write_text("{")
        ended = HostProcess(tmp_path / "out", app=tmp_path).wait()
        assert ended.code == 2
        assert ended.output.startswith("The app cannot start: host.json: is not valid JSON")

    def test_app_that_cannot_be_imported_stops_the_start(self, tmp_path: Path) -> None:
        for name in ("host.json", "local.settings.sample.json"):
            (tmp_path / name).write_bytes((SAMPLE_APP / name).read_bytes())
        (tmp_path / "function_app.py").write_text("import nothing_of_that_name")
        ended = HostProcess(tmp_path / "out", app=tmp_path).wait()
        assert ended.code == 2
        assert "No module named 'nothing_of_that_name'" in ended.output
        assert "Traceback" not in ended.output

    def test_port_that_is_taken(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            ended = HostProcess(tmp_path, {"PORT": str(port)}, app=SAMPLE_APP, arguments=()).wait()
        assert ended.code == 2
        assert f"port {port} cannot be used: Address already in use" in ended.output

    def test_local_database_in_use(self, tmp_path: Path) -> None:
        with running_host(tmp_path, app=SAMPLE_APP):
            ended = HostProcess(
                tmp_path / "two", {"LOCAL_DATA_DIR": str(tmp_path / "data")}, app=SAMPLE_APP
            ).wait()
        assert ended.code == 2
        assert "is in use by another process" in ended.output


class TestEnd:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_idle(self, tmp_path: Path, number: signal.Signals) -> None:
        process = HostProcess(tmp_path, app=SAMPLE_APP)
        call("GET", f"{process.base_url()}/api/files")
        ended = process.stop(number)
        assert ended.code == 0
        assert "Traceback" not in ended.output

    def test_stream_and_timer_that_do_not_end_are_cut_off(self, tmp_path: Path) -> None:
        process = HostProcess(tmp_path, app=SAMPLE_APP)
        base_url = process.base_url()
        call("POST", f"{base_url}/admin/functions/slow", json={})
        with httpx.stream("GET", f"{base_url}/api/stream", timeout=60) as response:
            chunks = response.iter_lines()
            assert next(chunks) == "first"
            with Stopwatch() as watch:
                ended = process.stop(signal.SIGINT)
            assert watch.seconds < 12
            with pytest.raises(httpx.RemoteProtocolError):
                next(chunks)
        assert ended.code == 0
        assert "Traceback" not in ended.output
        assert "timer slow was cancelled before its end" in ended.output

    def test_thread_that_hangs_is_not_waited_for(self, tmp_path: Path) -> None:
        process = HostProcess(tmp_path, app=SAMPLE_APP)
        base_url = process.base_url()
        asking = threading.Thread(target=lambda: ignore_end_of(f"{base_url}/api/block"))
        asking.start()
        wait_for_event(base_url, "block started")
        with Stopwatch() as watch:
            ended = process.stop()
        assert watch.seconds < 12
        asking.join()
        assert ended.code == 0
        assert "Traceback" not in ended.output

    def test_stream_that_ends_in_time_is_finished(self, tmp_path: Path) -> None:
        process = HostProcess(tmp_path, app=SAMPLE_APP)
        base_url = process.base_url()
        with (
            httpx.Client(base_url=base_url, timeout=60) as client,
            client.stream("GET", "/api/stream") as response,
        ):
            chunks = response.iter_lines()
            assert next(chunks) == "first"
            with httpx.Client(base_url=base_url, timeout=60) as other:
                other.get("/api/files")
                process.send_signal(signal.SIGTERM)
                other.post("/api/release")
            assert list(chunks) == ["second"]
        assert process.wait().code == 0
