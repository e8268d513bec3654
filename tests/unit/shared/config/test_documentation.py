"""What the documentation says of the settings is so."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.config.settings import Settings
from shared.config.variables import CONTROLS, SettingKey, settings_variables
from tests.support.config_table import DOCUMENTS, with_table


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_table_is_the_one_of_the_settings(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text == with_table(text), "run `make config-table`"
    assert "| `REDIS_PORT` |" in text


def test_every_setting_has_a_variable_of_its_own_and_a_description() -> None:
    variables = settings_variables()
    names = [variable.env.variable for variable in variables] + [control.variable for control in CONTROLS]
    assert len(set(names)) == len(names)
    assert [variable.key for variable in variables if not variable.description] == []


def test_what_may_be_kept_in_the_vault_is_secret_and_prints_masked() -> None:
    for variable in settings_variables():
        assert variable.env.secret == (SecretStr in _types(variable.key)), variable.key
        assert variable.env.secret or not variable.env.vault


def test_vault_keeps_exactly_the_keys_and_passwords() -> None:
    assert {variable.vault_name for variable in settings_variables() if variable.env.vault} == {
        "OPENAI-API-KEY",
        "GROK-API-KEY",
        "ALPHA-VANTAGE-API-KEY",
        "TIINGO-API-KEY",
        "AZURE-OPENAI-API-KEY",
        "REDIS-PASSWORD",
        "MONGODB-PASSWORD",
        "APP-CALLER-HASH-KEY",
    }


def _types(key: SettingKey) -> tuple[object, ...]:
    model = Settings
    *sections, name = key
    for section in sections:
        model = model.model_fields[section].annotation  # type: ignore[assignment]
    annotation = model.model_fields[name].annotation
    return (annotation, *getattr(annotation, "__args__", ()))
