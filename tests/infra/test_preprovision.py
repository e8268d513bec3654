"""Before resources are made, the subscription gets to know what the network needs."""

from collections import deque
from collections.abc import Mapping
from datetime import date

import pytest

from infra import preprovision
from tests.support.canned import Canned, Seen, canned_server

UNKNOWN, UNDER_WAY, KNOWN = (
    Canned(200, {"registrationState": state}) for state in ("NotRegistered", "Registering", "Registered")
)


def run(
    *states: Canned,
    register: Canned = UNDER_WAY,
    seconds: float = 60.0,
    environ: Mapping[str, str] | None = None,
    today: date = date(2026, 11, 28),
) -> tuple[int, list[str]]:
    """Exit code, and the requests that came."""
    queue = deque(states)

    def answer(request: Seen) -> Canned:
        assert request.headers["authorization"] == "Bearer token-1"
        if request.method == "POST":
            return register
        return queue.popleft() if len(queue) > 1 else queue[0]

    with canned_server(answer) as (url, seen):
        given = {"AZURE_SUBSCRIPTION_ID": "s", **(environ or {})}
        code = preprovision.main(given, management=url, seconds=seconds, pause=0, today=today)
    return code, [f"{one.method} {one.path}" for one in seen]


ASKED = "GET /subscriptions/s/providers/Microsoft.App?api-version=2021-04-01"
REGISTERED = "POST /subscriptions/s/providers/Microsoft.App/register?api-version=2021-04-01"


@pytest.mark.usefixtures("azd")
def test_new_subscription_is_told_and_waited_for() -> None:
    assert run(UNKNOWN, UNDER_WAY, KNOWN) == (0, [ASKED, REGISTERED, ASKED, ASKED])


@pytest.mark.usefixtures("azd")
def test_known_provider_is_left_alone() -> None:
    assert run(KNOWN) == (0, [ASKED])


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize("environ", [{"PRIVATE_NETWORK": "false"}, {"AZURE_SUBSCRIPTION_ID": ""}])
def test_without_network_or_subscription_nothing_is_asked(environ: dict[str, str]) -> None:
    assert run(KNOWN, environ=environ) == (0, [])


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    ("states", "register", "says"),
    [
        ((Canned(403),), UNDER_WAY, "Azure does not tell of Microsoft.App: HTTP 403"),
        ((UNKNOWN,), Canned(403), "az provider register --namespace Microsoft.App"),
        ((UNKNOWN,), UNDER_WAY, "Microsoft.App: not within 0 s; it is being registered"),
    ],
)
def test_what_cannot_be_done_ends_the_deployment(
    states: tuple[Canned, ...], register: Canned, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*states, register=register, seconds=0)[0] == 1
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    ("model", "version", "today", "code", "says"),
    [
        ("gpt-5-mini", "2025-08-07", date(2026, 12, 2), 0, ""),
        (
            "gpt-5-mini",
            "2025-08-07",
            date(2026, 12, 3),
            0,
            "warning: azure_openai model gpt-5-mini ends 2027-02",
        ),
        ("gpt-5-mini", "2025-08-07", date(2027, 2, 28), 0, "warning: azure_openai model gpt-5-mini ends"),
        ("gpt-5-mini", "2025-08-07", date(2027, 3, 1), 1, "gpt-5-mini ended 2027-02; use gpt-5.6-luna: set"),
        ("gpt-5-mini", "2026-12-01", date(2027, 3, 1), 0, ""),
        ("gpt-9", "2026-12-01", date(2027, 3, 1), 0, ""),
        (
            "",
            "",
            date(2028, 2, 1),
            1,
            "azure_openai model gpt-5.6-luna ended 2028-01: set AZURE_OPENAI_MODEL",
        ),
    ],
)
def test_model_that_ends_is_reported(
    model: str, version: str, today: date, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"AZURE_OPENAI_MODEL": model, "AZURE_OPENAI_MODEL_VERSION": version}
    assert run(KNOWN, environ=given, today=today)[0] == code
    output = "".join(capsys.readouterr())
    assert says in output
    assert bool(says) == ("azure_openai model" in output)


@pytest.mark.usefixtures("azd")
def test_model_is_not_checked_without_azure_openai() -> None:
    assert run(KNOWN, environ={"AZURE_OPENAI": "false"}, today=date(2030, 1, 1))[0] == 0
