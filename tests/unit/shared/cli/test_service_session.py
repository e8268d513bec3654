"""The session: services in a thread with an event loop, for code without one."""

import threading
from collections.abc import AsyncGenerator, Iterator
from typing import Any, cast

import pytest

from shared.cli import service_session
from shared.cli.service_session import ServiceSession, load_settings


class FakeContext:
    """The services; closing them may fail."""

    def __init__(self, _: object) -> None:
        self.closed = 0
        self.ended: list[str] = []

    async def aclose(self) -> None:
        self.closed += 1
        raise ExceptionGroup("closing failed", [OSError("connection lost")])

    async def thread(self) -> str:
        return threading.current_thread().name

    async def numbers(self) -> AsyncGenerator[int]:
        try:
            for number in range(10):
                yield number
        finally:
            self.ended.append(threading.current_thread().name)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceSession]:
    monkeypatch.setattr(service_session, "AppContext", FakeContext)
    with ServiceSession(cast(Any, None)) as session:
        yield session


def test_work_runs_in_the_thread_of_the_session(session: ServiceSession) -> None:
    assert session.run(lambda app: cast(Any, app).thread()) == "session"
    assert threading.current_thread().name != "session"


def test_exceptions_of_the_work_are_raised(session: ServiceSession) -> None:
    async def fail() -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        session.run(lambda _: fail())


def test_items_are_yielded_and_the_generator_is_closed_early(session: ServiceSession) -> None:
    numbers = session.iterate(lambda app: cast(Any, app).numbers())
    assert [next(numbers), next(numbers)] == [0, 1]
    cast(Any, numbers).close()
    assert cast(Any, session.app).ended == ["session"]
    assert list(session.iterate(lambda app: cast(Any, app).numbers())) == list(range(10))


def test_closing_twice_and_a_failure_while_closing_are_harmless(session: ServiceSession) -> None:
    session.close()
    session.close()
    assert cast(Any, session.app).closed == 1


def test_settings_have_embedded_stores_in_one_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOCAL_DATA_DIR", "EMBEDDED_STORES_MODULE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("APP_ENV", "local")
    first, second = load_settings(), load_settings()
    assert first.app.data_dir
    assert first.app.data_dir == second.app.data_dir
    assert first.app.embedded_stores_module == "infra.local.embedded_stores"


def test_named_folder_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("APP_ENV", "local")
    monkeypatch.setenv("LOCAL_DATA_DIR", str(tmp_path))
    assert load_settings().app.data_dir == str(tmp_path)
