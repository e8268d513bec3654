"""After a deployment the migrations are run and waited for."""

from collections import deque
from pathlib import Path

import pytest

from infra import postdeploy
from infra.management import DeploymentError, NotYetError, wait_for
from tests.support.canned import Canned, Seen, canned_server
from tests.support.host import running_host
from tests.support.mongo import mongo_server

APP_ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/func-1"
KEYS = Canned(200, {"masterKey": "master-1", "functionKeys": {"default": "f"}})
PENDING = Canned(200, {"checks": {"mongodb": {"status": "degraded", "detail": "still to do: 0004_x"}}})
READY = Canned(200, {"checks": {"mongodb": {"status": "healthy", "detail": None}}})
STARTING = Canned(503, "Function host is not running.", "text/plain")
TAKEN = Canned(202, "", "text/plain")


class Azure:
    """Resource Manager and the deployed app in one: answers in turn, the last one again and again."""

    def __init__(self, start: list[Canned], ready: list[Canned], *keys: Canned) -> None:
        self._queues = {
            f"{APP_ID}/host/default/listKeys": deque(keys or [KEYS]),
            "/admin/functions/migrations": deque(start),
            "/api/health/ready": deque(ready),
        }

    def __call__(self, request: Seen) -> Canned:
        queue = self._queues[request.path.partition("?")[0]]
        return queue.popleft() if len(queue) > 1 else queue[0]


def run(azure: Azure, seconds: float = 60.0) -> tuple[int, list[Seen]]:
    """Exit code, and the requests that came; with no seconds everything is tried once."""
    with canned_server(azure) as (url, seen):
        environ = {"API_URL": f"{url}/", "AZURE_FUNCTION_APP_ID": APP_ID}
        code = postdeploy.main(
            environ, management=url, start_seconds=seconds, migration_seconds=seconds, pause=0
        )
    return code, seen


@pytest.mark.usefixtures("azd")
def test_migrations_are_started_with_the_master_key_and_waited_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, seen = run(Azure([STARTING, TAKEN], [PENDING, STARTING, READY]))
    assert code == 0
    assert [(one.method, one.path.partition("?")[0]) for one in seen] == [
        ("POST", f"{APP_ID}/host/default/listKeys"),
        ("POST", "/admin/functions/migrations"),
        ("POST", "/admin/functions/migrations"),
        ("GET", "/api/health/ready"),
        ("GET", "/api/health/ready"),
        ("GET", "/api/health/ready"),
    ]
    assert seen[0].headers["authorization"] == "Bearer token-1"
    assert (seen[1].headers["x-functions-key"], seen[1].body) == ("master-1", b"{}")
    output = capsys.readouterr()
    assert "waiting for the migrations: mongodb is degraded: still to do: 0004_x" in output.out
    assert "master-1" not in output.out + output.err
    assert "token-1" not in output.out + output.err


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    ("azure", "says"),
    [
        (
            Azure([TAKEN], [READY], Canned(403, {"error": {"message": "No permission."}})),
            "Azure does not return the host's keys: HTTP 403: No permission.",
        ),
        (Azure([TAKEN], [READY], Canned(401)), "Azure does not return the host's keys: HTTP 401"),
        (Azure([Canned(401, "")], [READY]), "the host refuses its master key: HTTP 401"),
    ],
)
def test_what_will_never_work_is_not_waited_for(
    azure: Azure, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(azure)[0] == 1
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    ("azure", "says"),
    [
        (Azure([STARTING], [READY]), "the app: not within 0 s; the host: HTTP 503"),
        (
            Azure([TAKEN], [PENDING]),
            "the migrations: not within 0 s; mongodb is degraded: still to do: 0004_x",
        ),
        # A version that knows no checks, or something else that answers in front of the app.
        (Azure([TAKEN], [Canned(200, {"checks": None})]), "/api/health/ready: HTTP 200"),
        (Azure([TAKEN], [Canned(200, {"checks": {"mongodb": "ok"}})]), "/api/health/ready: HTTP 200"),
        (Azure([TAKEN], [Canned(200, {"checks": {"mongodb": {}}})]), "mongodb is None"),
        (Azure([TAKEN], [Canned(200, "<html>", "text/html")]), "/api/health/ready: HTTP 200"),
    ],
)
def test_what_does_not_come_ends_the_deployment_with_the_reason(
    azure: Azure, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(azure, seconds=0)[0] == 1
    assert says in capsys.readouterr().err


NOT_RUNNING = Canned(
    400,
    {
        "error": {
            "code": "BadRequest",
            "message": "Encountered an error (ServiceUnavailable) from host runtime.",
        }
    },
)


@pytest.mark.usefixtures("azd")
def test_azure_in_its_first_minutes_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    keys = [
        NOT_RUNNING,
        Canned(404),
        Canned(409),
        Canned(429),
        Canned(502, "bad", "text/html"),
        Canned(200, {}),
    ]
    start = [Canned(404), STARTING, Canned(500), TAKEN]
    ready = [STARTING, Canned(200, "starting", "text/plain"), PENDING, READY]
    code, seen = run(Azure(start, ready, *keys, KEYS))
    assert code == 0
    assert [one.path.partition("?")[0].rpartition("/")[2] for one in seen] == [
        *["listKeys"] * 7,
        *["migrations"] * 4,
        *["ready"] * 4,
    ]
    output = capsys.readouterr().out
    assert "HTTP 400: Encountered an error (ServiceUnavailable) from host runtime." in output
    assert "Azure answers without a master key" in output


@pytest.mark.usefixtures("azd")
def test_keys_that_never_come_end_the_deployment_with_azures_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(Azure([TAKEN], [READY], NOT_RUNNING), seconds=0)[0] == 1
    message = capsys.readouterr().err
    assert "the host's keys: not within 0 s; HTTP 400: Encountered an error" in message


@pytest.mark.usefixtures("azd")
def test_azure_that_does_not_answer_is_asked_until_the_deadline(capsys: pytest.CaptureFixture[str]) -> None:
    environ = {"API_URL": "http://127.0.0.1:9", "AZURE_FUNCTION_APP_ID": APP_ID}
    code = postdeploy.main(environ, management="http://127.0.0.1:9", start_seconds=0.05, pause=0.02)
    assert code == 1
    output = capsys.readouterr()
    assert "waiting for the host's keys: no answer" in output.out
    assert "not within 0.05 s; no answer" in output.err


def test_pauses_grow_and_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    now, pauses = 0.0, []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        pauses.append(seconds)

    def attempt() -> None:
        raise NotYetError("not running")

    monkeypatch.setattr("infra.management.time.monotonic", lambda: now)
    monkeypatch.setattr("infra.management.time.sleep", sleep)
    with pytest.raises(DeploymentError, match="the app: not within 120 s; not running"):
        wait_for("the app", 120, attempt)
    assert pauses == [2, 4, 8, 16, 30, 30, 30]


def test_without_azd_or_its_values_the_reason_is_told(
    azd: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert postdeploy.main({"API_URL": "https://x"}) == 1
    assert "AZURE_FUNCTION_APP_ID is not set" in capsys.readouterr().err
    azd.write_text("#!/bin/sh\nexit 1\n")
    environ = {"API_URL": "https://x", "AZURE_FUNCTION_APP_ID": APP_ID}
    assert postdeploy.main(environ) == 1
    assert "run `azd auth login`" in capsys.readouterr().err
    azd.write_text("#!/bin/sh\necho no JSON\n")
    assert postdeploy.main(environ) == 1
    assert "run `azd auth login`" in capsys.readouterr().err
    monkeypatch.setenv("PATH", "")
    assert postdeploy.main(environ) == 1
    assert "azd is not in the PATH" in capsys.readouterr().err


def test_app_on_an_empty_database_is_brought_up_to_date(tmp_path: Path) -> None:
    with mongo_server() as uri, running_host(tmp_path, {"MONGODB_URI": uri}) as url:
        with pytest.raises(NotYetError, match=r"mongodb is degraded: .*0001_collections.*schema"):
            postdeploy.check_database(url)
        postdeploy.start_migrations(url, "any")
        wait_for("the migrations", 60, lambda: postdeploy.check_database(url), 0)
