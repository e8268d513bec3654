"""host.json and local.settings.json: what is read, and that mistakes name the file."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.host_files import HostSettings, QueueSettings, read_host_settings
from shared.errors import ConfigurationError

HOST: dict[str, Any] = {"version": "2.0"}


def read(folder: Path, local: object, host: object = HOST, name: str = "local.settings.json") -> HostSettings:
    for file, content in (("host.json", host), (name, local)):
        (folder / file).write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return read_host_settings(folder)


def test_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, {}) == HostSettings(
        route_prefix="api", port=7071, cors_origins=(), cors_credentials=False, values={}
    )


def test_everything_is_read(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        {
            "Host": {
                "LocalHttpPort": 7090,
                "CORS": "https://a.example/, https://b.example",
                "CORSCredentials": True,
            },
            "Values": {"NAME": "value"},
        },
        {"version": "2.0", "extensions": {"http": {"routePrefix": "/v1/"}}},
    )
    assert settings == HostSettings(
        route_prefix="v1",
        port=7090,
        cors_origins=("https://a.example", "https://b.example"),
        cors_credentials=True,
        values={"NAME": "value"},
    )


def test_own_settings_come_before_the_sample(tmp_path: Path) -> None:
    read(tmp_path, {"Values": {"NAME": "sample"}}, name="local.settings.sample.json")
    assert read_host_settings(tmp_path).values == {"NAME": "sample"}
    assert read(tmp_path, {"Values": {"NAME": "own"}}).values == {"NAME": "own"}


def test_environment_wins_over_values(tmp_path: Path) -> None:
    environ = {"SET": "by the process", "EMPTY": ""}
    read(tmp_path, {"Values": {"SET": "file", "EMPTY": "file", "NEW": "file"}}).apply_values(environ)
    assert environ == {"SET": "by the process", "EMPTY": "", "NEW": "file"}


@pytest.mark.parametrize(
    ("local", "message"),
    [
        ("{not json", r"^local.settings.json: is not valid JSON"),
        ("[]", r"^local.settings.json: must contain a JSON object"),
        ({"Host": []}, "Host must be an object"),
        ({"Host": {"LocalHttpPort": "7071"}}, "Host.LocalHttpPort must be of type int"),
        ({"Host": {"LocalHttpPort": True}}, "Host.LocalHttpPort must be of type int"),
        ({"Host": {"LocalHttpPort": 70_000}}, "Host.LocalHttpPort must be a port number"),
        ({"Host": {"CORS": ["*"]}}, "Host.CORS must be of type str"),
        ({"Host": {"CORS": "*", "CORSCredentials": True}}, "CORSCredentials requires named origins"),
        ({"Values": "all"}, "Values must be of type dict"),
        ({"IsEncrypted": True}, "IsEncrypted must be false"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path: Path, local: object, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read(tmp_path, local)


def test_mistake_in_a_value_does_not_show_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Values\.SECRET must be a string") as caught:
        read(tmp_path, {"Values": {"SECRET": ["marker-of-a-secret"]}})
    assert "marker" not in str(caught.value)


def test_host_json_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r'^host.json: version must be "2.0"'):
        read(tmp_path, {}, {"version": "1.0"})


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^host.json: cannot be read"):
        read_host_settings(tmp_path)


def test_queues(tmp_path: Path) -> None:
    section = {"batchSize": 8, "newBatchThreshold": 4, "maxDequeueCount": 3, "visibilityTimeout": "00:01:30"}
    settings = read(tmp_path, {}, {**HOST, "extensions": {"queues": section}})
    assert settings.queues == QueueSettings(12, 3, 90)
    assert read(tmp_path, {}, {**HOST, "extensions": {"queues": {"batchSize": 2}}}).queues.concurrency == 3


@pytest.mark.parametrize(
    "section",
    [{"batchSize": 0}, {"batchSize": 33}, {"maxDequeueCount": 0}, {"visibilityTimeout": "a minute"}],
)
def test_queue_settings_that_the_host_refuses(tmp_path: Path, section: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=r"host\.json: extensions\.queues"):
        read(tmp_path, {}, {**HOST, "extensions": {"queues": section}})
