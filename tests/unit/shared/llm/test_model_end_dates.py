"""The table of end dates, and the warning at the start of a worker."""

import logging
from datetime import date

import pytest

from shared.config.loader import ConfigLoader
from shared.config.model_settings import ModelSettings
from shared.llm.ending_models import warn_of_ending_models
from shared.llm.model_end_dates import ModelEnd, find_model_end, read_model_ends
from tests.support.model_end_table import DOCUMENT, with_table

TODAY = date(2026, 11, 28)


def settings(**variables: str) -> ModelSettings:
    return ConfigLoader(environ=variables).load_config().model


def warnings(caplog: pytest.LogCaptureFixture, today: date, **variables: str) -> list[str]:
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        warn_of_ending_models(settings(**variables), today)
    return [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize(
    ("ends", "first_day", "ended_from"),
    [
        ("2027-01-14", date(2027, 1, 14), date(2027, 1, 14)),
        ("2027-02", date(2027, 2, 1), date(2027, 3, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_a_month_may_end_on_its_first_day_and_has_ended_after_its_last(
    ends: str, first_day: date, ended_from: date
) -> None:
    end = ModelEnd("openai", "m", ends)
    assert (end.first_day, end.ended_from) == (first_day, ended_from)


@pytest.mark.parametrize(
    ("provider", "model", "version", "ends"),
    [
        ("openai", "gpt-4.1-mini", None, "2027-01-14"),
        ("openai", "gpt-4.1-mini-2025-04-14", None, "2027-01-14"),
        ("openai", "gpt-5-mini", None, "2026-12-11"),
        ("azure_openai", "gpt-5-mini", "2025-08-07", "2027-02"),
        ("azure_openai", "gpt-5-mini", None, "2027-02"),
        ("azure_openai", "gpt-5-mini", "2099-01-01", None),
        ("openai", "gpt-4.1-mini-fine-tuned", None, None),
        ("grok", "grok-4-0709", None, "2026-05-15"),
        ("grok", "grok-4.3", None, None),
        ("azure_openai", "gpt-4.1-mini", None, None),
    ],
)
def test_a_model_is_found_by_name_and_version(
    provider: str, model: str, version: str | None, ends: str | None
) -> None:
    end = find_model_end(provider, model, version)
    assert (end.ends if end else None) == ends


def test_every_entry_is_valid_and_has_a_source() -> None:
    entries = read_model_ends()
    assert len({(end.provider, end.model, end.version) for end in entries}) == len(entries)
    for end in entries:
        assert end.first_day <= end.ended_from
        assert end.provider in ("openai", "azure_openai", "grok")
        instead = find_model_end(end.provider, end.replacement) if end.replacement else None
        assert instead is None or instead.first_day > end.first_day


def test_default_models_are_current() -> None:
    model = settings()
    for provider, name in (("openai", model.openai.model), ("grok", model.grok.model)):
        end = find_model_end(provider, name)
        assert end is None or not end.ends_soon(TODAY)


def test_worker_warns_of_configured_models_that_end_soon(caplog: pytest.LogCaptureFixture) -> None:
    assert warnings(caplog, TODAY, OPENAI_API_KEY="sk-1", OPENAI_MODEL="gpt-4.1-mini") == [
        "model end of life: openai model gpt-4.1-mini ends 2027-01-14; use gpt-5.6-luna"
    ]
    assert warnings(caplog, date(2026, 11, 14), OPENAI_API_KEY="sk-1", OPENAI_MODEL="gpt-4.1-mini") == []
    assert warnings(caplog, date(2027, 1, 14), OPENAI_API_KEY="sk-1", OPENAI_MODEL="gpt-4.1-mini") == [
        "model end of life: openai model gpt-4.1-mini ended 2027-01-14; use gpt-5.6-luna"
    ]
    azure = {"AZURE_OPENAI_ENDPOINT": "https://x.openai.azure.com", "AZURE_OPENAI_DEPLOYMENT": "gpt-5.4-mini"}
    assert len(warnings(caplog, date(2027, 1, 1), **azure)) == 1
    assert warnings(caplog, TODAY, GROK_API_KEY="xai-1", MODEL_PROVIDER="grok", MODEL_NAME="grok-3") == [
        "model end of life: grok model grok-3 ended 2026-05-15; use grok-4.3"
    ]


@pytest.mark.parametrize(
    "variables",
    [
        {"OPENAI_MODEL": "gpt-4.1-mini"},
        {
            "OPENAI_API_KEY": "sk-1",
            "OPENAI_MODEL": "gpt-4.1-mini",
            "OPENAI_BASE_URL": "http://localhost:11434/v1",
        },
        {"OPENAI_API_KEY": "sk-1", "GROK_API_KEY": "xai-1"},
    ],
)
def test_worker_does_not_warn_of_what_it_does_not_use(
    variables: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    assert warnings(caplog, TODAY, **variables) == []


def test_the_documentation_has_the_table() -> None:
    document = DOCUMENT.read_text("utf-8")
    assert "gpt-5.6-terra" in document
    assert with_table(document) == document, "run make config-table"
