"""The layers of the configuration: what files and the environment contribute, and their errors."""

from pathlib import Path

import pytest

from shared.config.layers import LayerValue, nested, read_environment, read_file
from shared.config.section import Env
from shared.config.variables import Variable
from shared.errors import ConfigurationError

PORT = Variable(("redis", "port"), Env("REDIS_PORT"), is_list=False, description="")
PASSWORD = Variable(("redis", "password"), Env("REDIS_PASSWORD", secret=True), is_list=False, description="")
SYMBOLS = Variable(("refresh", "symbols"), Env("REFRESH_SYMBOLS"), is_list=True, description="")
VARIABLES = (PORT, PASSWORD, SYMBOLS)


def read(folder: Path, text: str) -> tuple[dict[str, object], list[str]]:
    file = folder / "config.yaml"
    file.write_text(text, "utf-8")
    errors: list[str] = []
    layer = read_file(file, VARIABLES, errors)
    return nested(layer), [error.replace(folder.name, "config") for error in errors]


def test_file_gives_the_values_of_known_keys(tmp_path: Path) -> None:
    text = "redis:\n  port: 6380\nrefresh:\n  symbols: [AAPL, MSFT]\n"
    assert read(tmp_path, text) == ({"redis": {"port": 6380}, "refresh": {"symbols": ["AAPL", "MSFT"]}}, [])


def test_unknown_key_is_an_error_that_suggests_the_right_one(tmp_path: Path) -> None:
    values, errors = read(tmp_path, "redis:\n  prot: 6380\n")
    assert values == {}
    assert errors == ["redis.prot, from config/config.yaml: unknown key; did you mean redis.port?"]


def test_section_must_be_a_mapping(tmp_path: Path) -> None:
    assert read(tmp_path, "redis: 6380\n")[1] == ["redis, from config/config.yaml: must be a mapping"]
    assert read(tmp_path, "- redis\n")[1] == ["the file, from config/config.yaml: must be a mapping"]


def test_section_whose_lines_are_commented_out_changes_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "redis:\n  # port: 6380\n") == ({}, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("redis:\n  port: 1\n  port: 2\n", "line 3: not valid YAML: duplicate key port"),
        ("redis: [\n", "not valid YAML"),
        ("\x00", "not valid YAML"),
    ],
)
def test_file_that_is_not_yaml_names_the_place_and_quotes_nothing(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read(tmp_path, text)


def test_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.yaml is missing"):
        read_file(tmp_path / "missing.yaml", VARIABLES, [])
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigurationError, match=r"bad\.yaml cannot be read"):
        read_file(tmp_path / "bad.yaml", VARIABLES, [])


ENVIRON = {"REDIS_PORT": " 6380 ", "REDIS_PASSWORD": "x", "REFRESH_SYMBOLS": "AAPL, ,MSFT", "OTHER": "1"}


def test_environment_overrides_everything_in_local() -> None:
    layer, ignored = read_environment(ENVIRON, VARIABLES, "all")
    assert layer[PORT.key] == LayerValue("6380", "the environment")
    assert layer[SYMBOLS.key].raw == ["AAPL", "MSFT"]
    assert ignored == frozenset()


def test_environment_overrides_secrets_only_or_nothing_elsewhere() -> None:
    layer, ignored = read_environment(ENVIRON, VARIABLES, "secrets-only")
    assert layer.keys() == {PASSWORD.key}
    assert ignored == {"REDIS_PORT", "REFRESH_SYMBOLS"}
    layer, ignored = read_environment(ENVIRON, VARIABLES, "none")
    assert layer == {}
    assert ignored == {"REDIS_PORT", "REDIS_PASSWORD", "REFRESH_SYMBOLS"}


def test_empty_variable_is_not_set() -> None:
    assert read_environment({"REDIS_PORT": "  "}, VARIABLES, "all") == ({}, frozenset())
