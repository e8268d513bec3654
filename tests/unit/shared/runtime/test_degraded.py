"""A degraded state is logged when it begins and when it ends."""

import logging

import pytest

from shared.runtime.degraded import DegradedState


def test_begin_and_end_are_one_line_each(caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    state = DegradedState("redis", logging.getLogger("shared.x"), lambda: now)
    with caplog.at_level(logging.INFO):
        state.end()
        for _ in range(3):
            state.begin("timeout")
        now += 60
        state.end()
        state.end()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "degraded: redis: timeout"),
        ("INFO", "recovered: redis after 60 s"),
    ]
