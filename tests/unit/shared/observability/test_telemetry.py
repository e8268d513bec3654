"""One line a request, its id on every line within, no secret in any, and none forged."""

import asyncio
import logging
import re
from base64 import b64encode
from collections.abc import Iterator
from contextvars import copy_context
from urllib.parse import quote

import pytest
from opentelemetry.context import attach
from opentelemetry.trace import get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.config.loader import ConfigLoader
from shared.config.settings import Settings
from shared.observability.log_setup import MAX_CHARS, OURS, QUIET, SILENT, configure_logging
from shared.observability.telemetry import (
    RequestScope,
    annotate,
    current_scope,
    request_scope,
)

SECRET = "marker-5f3a/x"
LINE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO functions\.quotes started 2 of it, 100 %\n"


def settings(**environ: str) -> Settings:
    return ConfigLoader(environ={"OPENAI_API_KEY": SECRET, **environ}).load_config()


@pytest.fixture(autouse=True)
def root(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """The root logger without pytest's handlers; afterwards all is as before."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    levels = {name: logging.getLogger(name).level for name in OURS + QUIET + SILENT}
    yield root
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


class HostHandler(logging.Handler):
    """As the worker on Azure has: formats each record and hands it to the host."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.texts.append(self.format(record))


@pytest.fixture
def host(root: logging.Logger) -> HostHandler:
    """The host's handler, there before the app is loaded."""
    handler = HostHandler()
    root.addHandler(handler)
    return handler


def test_without_a_host_lines_go_to_standard_error(
    monkeypatch: pytest.MonkeyPatch, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    # Again: pytest adds handlers of its own before each test.
    monkeypatch.setattr(root, "handlers", [])
    configure_logging(settings())
    configure_logging(settings())
    logging.getLogger("functions.quotes").info("started %d of %s, 100 %%", 2, "it")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(LINE, captured.err)


def test_hosts_handler_stays_the_only_one(host: HostHandler, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings())
    configure_logging(settings())
    logging.getLogger("shared.x").info("once")
    assert host.texts == ["once"]
    assert capsys.readouterr().err == ""


def test_new_settings_replace_the_old(host: HostHandler) -> None:
    configure_logging(settings())
    configure_logging(settings(OPENAI_API_KEY="other-secret", APP_LOG_LEVEL="WARNING"))
    logging.getLogger("shared.x").info("not heard")
    logging.getLogger("shared.x").warning("other-secret")
    assert host.texts == ["***"]


def test_libraries_are_heard_from_warning_on(host: HostHandler) -> None:
    configure_logging(settings(APP_LOG_LEVEL="DEBUG"))
    for name in ("azure.core", "azure_functions_worker", "httpx", "openai._base_client"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("failure")
    logging.getLogger("functions.x").debug("ours")
    assert host.texts == ["failure"] * 4 + ["ours"]


def test_yfinance_is_silent(host: HostHandler) -> None:
    configure_logging(settings())
    logging.getLogger("yfinance").error("$AAPL: possibly delisted")
    assert host.texts == []


def test_line_of_a_request_has_method_and_route(host: HostHandler) -> None:
    configure_logging(settings())
    with request_scope("abc-1", "quote", method="GET", route="/quotes/{symbol}") as scope:
        scope.log_request(200)
    assert "function=quote method=GET route=/quotes/{symbol} status=200" in host.texts[0]
    assert vars(host.records[0])["app.route"] == "/quotes/{symbol}"


def test_every_line_within_a_request_carries_its_id(host: HostHandler) -> None:
    configure_logging(settings())
    with request_scope("abc-1", "quote"):
        logging.getLogger("shared.market").info("asked")
    logging.getLogger("shared.market").info("outside")
    assert host.texts == ["request_id=abc-1 function=quote asked", "outside"]
    assert vars(host.records[0])["app.request_id"] == "abc-1"
    assert vars(host.records[0])["app.function"] == "quote"


async def test_requests_at_the_same_time_keep_apart(host: HostHandler) -> None:
    configure_logging(settings())

    async def serve(name: str) -> None:
        with request_scope(name, "quote") as scope:
            await asyncio.sleep(0)
            annotate(symbol=name.upper())
            await asyncio.sleep(0)
            scope.log_request(200)

    await asyncio.gather(*(serve(name) for name in ("a", "b", "c")))
    assert [(text.split()[0], text.split()[-1]) for text in host.texts] == [
        ("request_id=a", "symbol=A"),
        ("request_id=b", "symbol=B"),
        ("request_id=c", "symbol=C"),
    ]


def test_request_writes_one_line_of_fields(host: HostHandler) -> None:
    configure_logging(settings())
    with request_scope("abc-1", "quote") as scope:
        annotate(symbol="BRK-B", cached=True, model=None, company='Berk "B" Co', empty="", long="x" * 999)
        scope.log_request(404)
    (text,) = host.texts
    start, _, fields = text.partition(" duration_ms=")
    assert start == "request_id=abc-1 function=quote status=404 outcome=error"
    assert fields.split(" ", 1)[1] == (
        f'symbol=BRK-B cached=true company="Berk \\"B\\" Co" empty="" long={"x" * 256}'
    )
    assert vars(host.records[0])["app.status"] == 404
    assert vars(host.records[0])["app.symbol"] == "BRK-B"


def test_outcome_can_be_said(host: HostHandler) -> None:
    configure_logging(settings())
    RequestScope("abc-1", "chat").log_request(200, "disconnected")
    assert "status=200 outcome=disconnected" in host.texts[0]


def test_what_is_added_up_and_what_the_cache_had_are_on_the_line(host: HostHandler) -> None:
    configure_logging(settings())
    with request_scope("abc-1", "chat") as scope:
        scope.add(prompt_tokens=100, model_calls=1)
        scope.add(prompt_tokens=20, model_calls=1)
        scope.cache["hit"] += 3
        scope.cache["miss"] += 1
        scope.log_request(200)
    assert host.texts[0].endswith("prompt_tokens=120 model_calls=2 cache=hit:3,miss:1")
    assert vars(host.records[0])["app.prompt_tokens"] == 120


def test_annotating_outside_of_a_request_does_nothing() -> None:
    annotate(symbol="A")
    assert current_scope().request_id == "-"
    assert current_scope().fields == {}


def test_stream_has_its_scope_again_in_a_context_of_its_own() -> None:
    scope = RequestScope("abc-1", "chat")
    with scope.bound():
        assert current_scope() is scope
    assert current_scope() is not scope


def test_secret_is_in_no_part_of_a_record(host: HostHandler) -> None:
    configure_logging(settings())
    log = logging.getLogger("shared.llm")
    log.info("key %s in %r", SECRET, {"a": SECRET})
    log.info(f"key {SECRET}")  # noqa: G004 - as a careless call would
    log.info(
        "extra", extra={"key": SECRET, "nested": {"a": [SECRET, {SECRET}]}, "object": ValueError(SECRET)}
    )
    log.info("stack", stack_info=True)
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ValueError(f"wrapped {SECRET}") from cause
    except ValueError:
        log.exception("failed with %s", SECRET)
    logging.getLogger("urllib3").warning("retrying %s", SECRET)
    everything = "\n".join([*host.texts, *(repr(vars(record)) for record in host.records)])
    assert len(host.records) == 6
    assert SECRET not in everything
    assert "marker" not in everything
    assert "ValueError: wrapped ***" in everything
    assert vars(host.records[-2])["exception.type"] == "ValueError"


class Unwritable:
    """Fails when it is written."""

    def __str__(self) -> str:
        raise ValueError(SECRET)


class Connection:
    """Shows its password, as many a library's objects do."""

    def __repr__(self) -> str:
        return f"Connection(password={SECRET!r}, options={{'sasl': b'{SECRET}'}})"


def test_secret_gets_past_in_no_disguise(host: HostHandler) -> None:
    configure_logging(settings())
    log = logging.getLogger("shared.llm")
    encoded = b64encode(f"user:{SECRET}".encode()).decode()
    log.warning("%s%s", SECRET[:5], SECRET[5:])
    log.warning("%s %r", SECRET.encode(), [{"deep": (Connection(),)}])
    log.warning("Authorization: Basic %s", encoded)
    log.warning(
        "sent %s to %s", encoded, f"https://host/?next=%2F%3Fk%3D{quote(quote(SECRET, safe=''), safe='')}"
    )
    logging.getLogger(f"library.{SECRET}").warning("named")
    log.warning("extra", extra={f"of {SECRET}": 1, "connection": Connection(), "sent": encoded})
    log.warning(
        "extra", extra={"headers": {"x-api-key": "marker not configured", "nested": {"pwd": "marker"}}}
    )
    log.warning("extra", extra={"deep": [[[[[[{SECRET: SECRET}]]]]]], "bytes": SECRET.encode()})
    log.warning("unwritable", extra={"object": Unwritable()})
    everything = "\n".join([*host.texts, *(repr(vars(record)) for record in host.records)])
    assert len(host.records) == 9
    assert "marker" not in everything
    assert encoded not in everything
    assert "Unwritable (not written: ValueError)" in everything


def test_secret_is_in_no_exception_of_a_chain_or_group(host: HostHandler) -> None:
    configure_logging(settings())
    log = logging.getLogger("urllib3")

    def fail() -> None:
        try:
            try:
                raise OSError(f"mongodb://app:{SECRET}@db.internal refused")
            except OSError:
                raise KeyError({"password": SECRET})  # noqa: B904 - the context is what is looked at
        except KeyError as error:
            error.add_note(f"tried with {SECRET}")
            group = ExceptionGroup(f"two of {SECRET}", [error, ValueError(SECRET.encode())])
            raise RuntimeError(SECRET) from group

    try:
        fail()
    except RuntimeError:
        log.exception("failed")
    everything = host.texts[0] + repr(vars(host.records[0]))
    assert "marker" not in everything
    assert "OSError: mongodb://***@db.internal refused" in host.texts[0]
    assert "tried with ***" in host.texts[0]


def test_exception_goes_out_by_the_names_application_insights_knows(host: HostHandler) -> None:
    configure_logging(settings())
    try:
        raise ValueError(f"wrong {SECRET}")
    except ValueError:
        logging.getLogger("shared.x").exception("failed")
    record = vars(host.records[0])
    assert record["exception.type"] == "ValueError"
    assert record["exception.message"] == "wrong ***"
    assert record["exception.stacktrace"].splitlines()[-1] == "  ValueError: wrong ***"


def test_stream_belongs_to_the_invocations_trace() -> None:
    parent = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}

    def invocation() -> RequestScope:
        attach(TraceContextTextMapPropagator().extract(parent))
        return RequestScope("abc-1", "chat_stream")

    def stream(scope: RequestScope) -> int:
        with scope.bound():
            return get_current_span().get_span_context().trace_id

    scope = copy_context().run(invocation)
    assert get_current_span().get_span_context().trace_id == 0
    assert copy_context().run(stream, scope) == 0x0AF7651916CD43DD8448EB211C80319C


def test_handler_added_later_sees_no_secret_either(root: logging.Logger) -> None:
    configure_logging(settings())
    later = HostHandler()
    root.addHandler(later)
    logging.getLogger("shared.x").info(SECRET)
    assert later.texts == ["***"]


def test_text_from_outside_forges_no_line(host: HostHandler) -> None:
    configure_logging(settings())
    log = logging.getLogger("shared.x")
    log.info("symbol %s", "A\n2026-11-23 INFO forged\r\x1b[2J\u2028\u202eend")
    assert host.texts == ["symbol A\\n2026-11-23 INFO forged\\r\\x1b[2J\\u2028\\u202eend"]
    try:
        raise ValueError("a\n2026-11-23 INFO forged\r\x1b[2J")
    except ValueError:
        log.exception("failed")
    first, *rest = host.texts[1].split("\n")
    assert first == "failed"
    assert all(line.startswith("  ") for line in rest)
    assert rest[-1] == "  2026-11-23 INFO forged\\r\\x1b[2J"


def test_wrong_log_call_still_says_something(host: HostHandler, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings())
    logging.getLogger("shared.x").info("%d of %s", "x")
    assert host.texts == ["%d of %s (not formatted: TypeError)"]
    assert capsys.readouterr().err == ""


def test_lines_have_a_bound(host: HostHandler) -> None:
    configure_logging(settings())
    logging.getLogger("shared.x").info("%s", "x" * 10 * MAX_CHARS)
    assert len(host.texts[0]) == MAX_CHARS


def test_field_that_contains_itself_is_written_to_a_depth(host: HostHandler) -> None:
    configure_logging(settings())
    loop: list[object] = []
    loop.append(loop)
    logging.getLogger("shared.x").info("loop", extra={"loop": loop})
    assert host.texts == ["loop"]
