"""What holds for every test: none reaches anything but this machine, none logs a secret."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import hypothesis
import pytest

from tests.support.network import NetworkGuard, closed_proxies
from tests.support.requirements import REDIS, find_program, keep_one, require_program
from tests.support.secret_watch import SecretWatch

# libcurl (inside yfinance) does not use Python's sockets, but honours these; so do subprocesses.
os.environ.update(closed_proxies())
os.environ["EMBEDDED_STORES_MODULE"] = "infra.local.embedded_stores"

# On a busy machine an example may take long: timing belongs in the benchmarks.
# Every run has the same examples.
hypothesis.settings.register_profile(
    "repeatable", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize=True
)
hypothesis.settings.load_profile("repeatable")

_TESTS: Final = Path(__file__).parent
_WITHOUT_RECORDINGS: set[str] = set()
"""Suites in which a module has given the reason why its recorded data are not read."""
_guard = NetworkGuard()
_watch = SecretWatch()


def pytest_configure() -> None:
    """Closes the network before the first import of a test module."""
    _guard.install()


def pytest_unconfigure() -> None:
    """Opens it again."""
    _guard.remove()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leaves out modules with recorded data where there are none, except one per suite: it is skipped."""
    if "RECORDED_DATA" in os.environ or not collection_path.name.startswith("test_"):
        return None
    if "recorded_folder(" not in collection_path.read_text("utf-8"):
        return None
    suite = collection_path.relative_to(_TESTS).parts[0]
    if suite in _WITHOUT_RECORDINGS:
        return True
    _WITHOUT_RECORDINGS.add(suite)
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps one of the tests that need a redis-server where there is none: it is skipped with the reason."""
    if find_program(REDIS) is None:
        keep_one(config, items, _needs_redis)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test that needs a redis-server before its other servers start; in CI it fails."""
    if _needs_redis(item):
        require_program(REDIS, package=REDIS)


def _needs_redis(item: pytest.Item) -> bool:
    return item.get_closest_marker("redis_server") is not None


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
