"""Rules between settings: each violation names its setting and never its value."""

from typing import Any

import pytest

from shared.config.rules import find_errors
from shared.config.settings import Settings
from tests.support.mongo import local_settings


def errors_of(settings: Settings) -> dict[str, str]:
    return {".".join(key): reason for key, reason in find_errors(settings)}


def changed(section: str, subsection: str, **values: Any) -> Settings:
    """Returns the settings of the base file with some keys of a subsection changed."""
    base = local_settings().model_dump()[section][subsection]
    return local_settings(**{section: {subsection: {**base, **values}}})


def test_settings_of_the_repository_break_no_rule() -> None:
    assert errors_of(local_settings()) == {}


def test_makeshifts_are_for_local_only() -> None:
    settings = local_settings().model_copy(update={"environment": "production"})
    assert {"mongodb.host", "redis.host"} <= errors_of(settings).keys()
    assert "only in local" in errors_of(settings)["redis.host"]


@pytest.mark.parametrize(
    ("section", "name", "value", "key", "reason"),
    [
        ("market_data", "sources", ("yahoo", "yahoo"), "market_data.sources", "duplicate entry"),
        ("market_data", "sources", (), "market_data.sources", "at least one source is required"),
        ("refresh", "symbols", ("AAPL", "AAPL"), "refresh.symbols", "duplicate entry"),
        (
            "app",
            "cors_allowed_origins",
            ("https://a.example/",),
            "app.cors_allowed_origins",
            "trailing slash",
        ),
        ("app", "cors_allowed_origins", ("a.example",), "app.cors_allowed_origins", "scheme://host"),
        ("redis", "username", "app", "redis.password", "a username is set"),
        ("redis", "auth", "entra", "redis.host", "required for auth: entra"),
        ("mongodb", "auth", "entra", "mongodb.host", "required for auth: entra"),
        ("mongodb", "uri", "https://db.example", "mongodb.uri", "mongodb://"),
        ("mongodb", "uri", "mongodb:///app", "mongodb.uri", "contain a host"),
        ("webhooks", "queue_url", "queue.example", "webhooks.queue_url", "http or https URL"),
    ],
)
def test_violation_names_its_setting(section: str, name: str, value: object, key: str, reason: str) -> None:
    assert reason in errors_of(local_settings(**{section: {name: value}}))[key]


@pytest.mark.parametrize(
    "address",
    [
        "ftp://models.example",
        "https://",
        "https://key@models.example",
        "https://models.example/?key=1",
        "https://models.example/#x",
        "https://models example",
        "https://models.example:0",
        "https://models.example:port",
    ],
)
def test_address_of_a_model_is_plain(address: str) -> None:
    assert "model.openai.base_url" in errors_of(changed("model", "openai", base_url=address))


@pytest.mark.parametrize(
    "address", ["https://models.example/v1", "http://127.0.0.1:8080", "http://[::1]:80/v1"]
)
def test_good_address_is_accepted(address: str) -> None:
    assert errors_of(changed("model", "openai", base_url=address)) == {}


def test_azure_needs_endpoint_and_deployment() -> None:
    settings = changed("model", "azure_openai", endpoint="https://models.example")
    assert "set together" in errors_of(settings)["model.azure_openai.endpoint"]


@pytest.mark.parametrize(
    ("contact", "accepted"),
    [
        ("Example Research ops@example.com", True),
        ("ops@example.com", False),
        ("Example Research", False),
        ("Example ops@example", False),
        ("Exämple ops@example.com", False),
    ],
)
def test_contact_of_the_sec_is_a_name_and_an_address(contact: str, accepted: bool) -> None:
    errors = errors_of(changed("market_data", "sec_edgar", contact=contact))
    assert ("market_data.sec_edgar.contact" not in errors) is accepted
