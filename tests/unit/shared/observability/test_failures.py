"""Failures of streams: what the client receives, and what the log says."""

import pytest

from shared.errors.service_errors import ModelInterruptedError
from shared.observability.failures import stream_failure
from shared.observability.telemetry import RequestScope


def test_known_failure_is_the_clients_and_on_the_line_of_the_request() -> None:
    scope, error = RequestScope("r1", "chat"), ModelInterruptedError("openai broke off.")
    assert stream_failure(error, scope) is error
    assert scope.fields["code"] == "model_interrupted"


def test_defect_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    problem = stream_failure(ValueError("secret detail"), RequestScope("r1", "chat"))
    assert problem.code == "internal_error"
    assert "secret detail" not in problem.detail
    assert "secret detail" in caplog.text
