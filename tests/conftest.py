"""What holds for every test: none reaches anything but this machine, none logs a secret."""

import logging
import os
from collections.abc import Iterator

import hypothesis
import pytest

from tests.support.network import NetworkGuard, closed_proxies
from tests.support.secret_watch import SecretWatch

# libcurl (inside yfinance) does not use Python's sockets, but honours these; so do subprocesses.
os.environ.update(closed_proxies())
os.environ["EMBEDDED_STORES_MODULE"] = "infra.local.embedded_stores"

# On a busy machine an example may take long: timing belongs in the benchmarks.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

_guard = NetworkGuard()
_watch = SecretWatch()


def pytest_configure() -> None:
    """Closes the network before the first import of a test module."""
    _guard.install()


def pytest_unconfigure() -> None:
    """Opens it again."""
    _guard.remove()


@pytest.fixture(autouse=True)
def no_internet() -> Iterator[None]:
    """Fails a test that tried to leave this machine, also when the code under test swallowed the refusal."""
    _guard.attempts.clear()
    yield
    if _guard.attempts:
        pytest.fail(f"the test tried to reach {', '.join(_guard.attempts)}: tests stay on this machine")


@pytest.fixture(autouse=True)
def no_secret_in_the_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that logged a secret, also one that would be taken out, unless the test is about that."""
    root = logging.getLogger()
    _watch.found.clear()
    root.addHandler(_watch)
    yield
    root.removeHandler(_watch)
    if _watch.found and request.node.get_closest_marker("logs_secrets") is None:
        pytest.fail("a secret was logged: " + _watch.found[0])
