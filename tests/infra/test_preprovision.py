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
REGISTRATION = "/subscriptions/s/providers/Microsoft.App"
LISTINGS = (
    "/subscriptions/s/providers/Microsoft.KeyVault/deletedVaults",
    "/subscriptions/s/providers/Microsoft.CognitiveServices/deletedAccounts",
    "/subscriptions/s/resourceGroups/rg-stocks/providers/Microsoft.Cache/redisEnterprise",
    "/subscriptions/s/resourceGroups/rg-stocks/providers/Microsoft.Storage/storageAccounts",
    "/subscriptions/s/resourceGroups/rg-stocks/providers/Microsoft.DocumentDB/mongoClusters",
)


def run(
    *states: Canned,
    register: Canned = UNDER_WAY,
    existing: Mapping[str, Canned] | None = None,
    seconds: float = 60.0,
    environ: Mapping[str, str] | None = None,
    today: date = date(2026, 11, 28),
) -> tuple[int, list[str]]:
    """Returns the exit code and the requests about the registration.

    Args:
        states: Answers about the registration in turn; the last one stays.
        register: Answer to the request to register.
        existing: Answers by the type of resource; 404 for others, as without a resource group.
        seconds: Deadline.
        environ: Variables of the azd environment.
        today: Day of the deployment.
    """
    queue = deque(states)
    answers = {path: (existing or {}).get(path.rpartition("/")[2], Canned(404)) for path in LISTINGS}

    def answer(request: Seen) -> Canned:
        assert request.headers["authorization"] == "Bearer token-1"
        path = request.path.partition("?")[0]
        if path in answers:
            return answers[path]
        if request.method == "POST":
            return register
        return queue.popleft() if len(queue) > 1 else queue[0]

    with canned_server(answer) as (url, seen):
        given = {
            "AZURE_SUBSCRIPTION_ID": "s",
            "AZURE_ENV_NAME": "stocks",
            "AZURE_LOCATION": "westeurope",
            **(environ or {}),
        }
        code = preprovision.main(given, management=url, seconds=seconds, pause=0, today=today)
    return code, [f"{one.method} {one.path}" for one in seen if one.path.startswith(REGISTRATION)]


def output_of(capsys: pytest.CaptureFixture[str]) -> str:
    return "".join(capsys.readouterr())


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
@pytest.mark.parametrize("status", [400, 404, 409, 429, 500, 502, 503, 504])
def test_azure_that_is_not_ready_is_asked_again(status: int, capsys: pytest.CaptureFixture[str]) -> None:
    failing = Canned(status, {"error": {"code": "X", "message": "Try again later."}})
    assert run(failing, failing, KNOWN) == (0, [ASKED, ASKED, ASKED])
    assert f"waiting for Microsoft.App: HTTP {status}: Try again later." in output_of(capsys)


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    ("states", "register", "says"),
    [
        ((Canned(401, {"error": {"message": "Expired."}}),), UNDER_WAY, "HTTP 401: Expired."),
        ((Canned(403),), UNDER_WAY, "HTTP 403"),
        ((UNKNOWN,), Canned(403), "az provider register --namespace Microsoft.App"),
    ],
)
def test_refusal_is_final(
    states: tuple[Canned, ...], register: Canned, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*states, register=register)[0] == 1
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("azd")
def test_registration_that_does_not_end_ends_the_deployment(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(UNKNOWN, seconds=0)[0] == 1
    assert "Microsoft.App: not within 0 s; registration is in progress" in capsys.readouterr().err


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
    output = output_of(capsys)
    assert says in output
    assert bool(says) == ("azure_openai model" in output)


@pytest.mark.usefixtures("azd")
def test_model_is_not_checked_without_azure_openai() -> None:
    assert run(KNOWN, environ={"AZURE_OPENAI": "false"}, today=date(2030, 1, 1))[0] == 0


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"MONGO_HIGH_AVAILABILITY": "true"}, "needs MONGO_TIER M30 or higher, not M10"),
        ({"MONGO_HIGH_AVAILABILITY": "true", "MONGO_TIER": "M25"}, "not M25"),
        ({"ZONE_REDUNDANT": "true"}, "ZONE_REDUNDANT needs STORAGE_SKU Standard_ZRS"),
        (
            {"ALWAYS_READY_INSTANCES": "6", "MAXIMUM_INSTANCE_COUNT": "5"},
            "more than MAXIMUM_INSTANCE_COUNT 5",
        ),
        ({"HIGH_AVAILABILITY": "true"}, "HIGH_AVAILABILITY is no longer read: set REDIS_HIGH_AVAILABILITY"),
        ({"RECOVER_VAULT": "true"}, "RECOVER_VAULT is no longer read"),
        ({"CORS_ALLOWED_ORIGINS": "https://a.example"}, "set APP_CORS_ORIGINS"),
    ],
)
def test_impossible_combination_is_refused_with_the_reason(
    environ: dict[str, str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(KNOWN, environ=environ) == (1, [])
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    "environ",
    [
        {"MONGO_HIGH_AVAILABILITY": "true", "MONGO_TIER": "M30"},
        {"ZONE_REDUNDANT": "true", "STORAGE_SKU": "Standard_ZRS"},
        {"HIGH_AVAILABILITY": "false", "CORS_ALLOWED_ORIGINS": ""},
    ],
)
def test_possible_combination_is_deployed(environ: dict[str, str]) -> None:
    assert run(KNOWN, environ=environ)[0] == 0


TAGS = {"azd-env-name": "stocks"}
VAULT = {"name": "kv-1", "properties": {"location": "westeurope", "tags": TAGS}}
ACCOUNT = {"name": "oai-1", "location": "swedencentral", "tags": TAGS}
CACHE = {"name": "redis-1", "location": "westeurope", "properties": {"provisioningState": "Failed"}}
DATABASE = {"name": "mongo-1", "properties": {"storage": {"sizeGb": 128}}}
STORAGE = {"name": "st1", "sku": {"name": "Standard_LRS"}}


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    ("kind", "resource", "environ", "says"),
    [
        ("deletedVaults", VAULT, {}, "az keyvault recover --name kv-1 --location westeurope"),
        (
            "deletedAccounts",
            ACCOUNT,
            {},
            "account recover --name oai-1 --resource-group rg-stocks --location swedencentral",
        ),
        ("redisEnterprise", CACHE, {}, "the cache redis-1 could not be created"),
        (
            "redisEnterprise",
            {**CACHE, "properties": {"resourceState": "CreateFailed"}},
            {},
            "the region westeurope has no capacity, set REDIS_LOCATION",
        ),
        (
            "storageAccounts",
            STORAGE,
            {"STORAGE_SKU": "Standard_ZRS"},
            "the storage account st1 is Standard_LRS and a deployment cannot change it to Standard_ZRS",
        ),
        ("mongoClusters", DATABASE, {"MONGO_STORAGE_GB": "64"}, "set MONGO_STORAGE_GB 128"),
    ],
)
def test_resource_in_the_way_is_named_with_the_remedy(
    kind: str,
    resource: dict[str, object],
    environ: dict[str, str],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _ = run(KNOWN, existing={kind: Canned(200, {"value": [resource]})}, environ=environ)
    assert code == 1
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    ("kind", "resource"),
    [
        ("deletedVaults", {**VAULT, "properties": {"location": "westeurope", "tags": {"azd-env-name": "b"}}}),
        ("deletedVaults", {**VAULT, "properties": {"location": "westus2", "tags": TAGS}}),
        ("deletedVaults", {"name": "kv-2", "properties": {"location": "westeurope", "tags": None}}),
        ("deletedAccounts", {"name": "oai-2", "location": "swedencentral"}),
        ("redisEnterprise", {"name": "redis-1", "properties": {"provisioningState": "Succeeded"}}),
        ("storageAccounts", STORAGE),
        ("mongoClusters", {"name": "mongo-1", "properties": {"storage": {"sizeGb": 32}}}),
        ("mongoClusters", {"name": "mongo-1", "properties": {}}),
    ],
)
def test_resource_of_others_or_in_order_is_not_in_the_way(kind: str, resource: dict[str, object]) -> None:
    assert run(KNOWN, existing={kind: Canned(200, {"value": [resource]})})[0] == 0


@pytest.mark.usefixtures("azd")
def test_account_of_an_earlier_region_is_not_in_the_way() -> None:
    """After a region without capacity, `azd down` and another region: names contain a hash of the region."""
    vault = {**VAULT, "properties": {"location": "westus2", "tags": TAGS}}
    existing = {
        "deletedVaults": Canned(200, {"value": [vault]}),
        "deletedAccounts": Canned(200, {"value": [ACCOUNT]}),
    }
    assert run(KNOWN, existing=existing)[0] == 0
    of_this_region = Canned(200, {"value": [ACCOUNT, {**ACCOUNT, "name": "oai-2"}]})
    assert run(KNOWN, existing={**existing, "deletedAccounts": of_this_region})[0] == 1


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize("body", [{"value": None}, {}, {"value": [{"name": "x", "properties": None}]}, []])
def test_unusual_list_is_none(body: object) -> None:
    kinds = ("deletedVaults", "redisEnterprise")
    assert run(KNOWN, existing=dict.fromkeys(kinds, Canned(200, body)))[0] == 0


@pytest.mark.usefixtures("azd")
@pytest.mark.parametrize(
    ("link", "code"), [("{url}/subscriptions/s/more", 1), ("https://other.example/x", 0)]
)
def test_every_page_of_a_list_is_read_from_azure_alone(link: str, code: int) -> None:
    def answer(request: Seen) -> Canned:
        if request.path.startswith("/subscriptions/s/more"):
            return Canned(200, {"value": [VAULT]})
        if "deletedVaults" in request.path:
            return Canned(200, {"value": [], "nextLink": link.format(url=address[0])})
        return KNOWN if "providers/Microsoft.App" in request.path else Canned(404)

    address: list[str] = []
    given = {"AZURE_SUBSCRIPTION_ID": "s", "AZURE_ENV_NAME": "stocks", "AZURE_LOCATION": "westeurope"}
    with canned_server(answer) as (url, _):
        address.append(url)
        assert preprovision.main(given, management=url, pause=0, today=date(2026, 11, 28)) == code


@pytest.mark.usefixtures("azd")
def test_check_that_may_not_run_does_not_stop_the_deployment() -> None:
    refused = Canned(403, {"error": {"message": "No permission."}})
    kinds = ("deletedVaults", "deletedAccounts", "redisEnterprise", "storageAccounts", "mongoClusters")
    assert run(KNOWN, existing=dict.fromkeys(kinds, refused))[0] == 0
