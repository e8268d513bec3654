"""Reference rates of the ECB: what is requested, what is read, and what a failure means."""

from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.domain.currency_rates import ReferenceRates
from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)
from shared.market.providers.ecb.client import EcbClient
from shared.market.providers.ecb.mapping import rates_by_day
from shared.market.providers.ecb.provider import EcbProvider
from tests.support.cache import FrozenClock
from tests.support.stub_server import StubServer, get_handler

Reply = tuple[int, bytes, dict[str, str]]

HEADER = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS"


def row(currency: str, day: str, value: str) -> str:
    return f"EXR.D.{currency}.EUR.SP00.A,D,{currency},EUR,SP00,A,{day},{value},A"


# Rates of 26 June 2024 as the ECB published them.
ROWS = (
    row("USD", "2024-06-26", "1.0689"),
    row("JPY", "2024-06-26", "171.42"),
    row("GBP", "2024-06-26", "0.84453"),
)


def csv_of(*rows: str) -> bytes:
    return "\r\n".join((HEADER, *rows)).encode()


async def ask(clock: FrozenClock, reply: Callable[[str], Reply]) -> ReferenceRates:
    with StubServer(get_handler(lambda request: reply(request.path))) as server:
        provider = EcbProvider(EcbClient(f"http://127.0.0.1:{server.port}"), clock)
        try:
            return await provider.exchange_rates(date(2024, 6, 1), date(2024, 6, 26))
        finally:
            await provider.aclose()


async def test_all_currencies_of_a_period_are_one_request(clock: FrozenClock) -> None:
    asked: list[str] = []

    def reply(path: str) -> Reply:
        asked.append(path)
        return 200, csv_of(*ROWS), {"Content-Type": "text/csv"}

    rates = await ask(clock, reply)
    assert rates.rates == {date(2024, 6, 26): {"USD": 1.0689, "JPY": 171.42, "GBP": 0.84453}}
    (requested,) = map(urlsplit, asked)
    key, _, suffix = requested.path.removeprefix("/service/data/EXR/D.").partition(".")
    assert {"USD", "JPY", "CHF"} < set(key.split("+"))
    assert suffix == "EUR.SP00.A"
    assert parse_qs(requested.query) == {
        "format": ["csvdata"],
        "startPeriod": ["2024-06-01"],
        "endPeriod": ["2024-06-26"],
    }


@pytest.mark.parametrize(("status", "body"), [(200, b""), (200, csv_of()), (404, b"No results found.")])
async def test_period_without_rates_is_empty(clock: FrozenClock, status: int, body: bytes) -> None:
    assert (await ask(clock, lambda _: (status, body, {}))).rates == {}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ProviderRequestError),
        (429, ProviderRateLimitedError),
        (500, ProviderUnavailableError),
        (503, ProviderUnavailableError),
    ],
)
async def test_statuses_are_errors(clock: FrozenClock, status: int, error: type[ProviderError]) -> None:
    with pytest.raises(error):
        await ask(clock, lambda _: (status, b"", {}))


async def test_one_unreadable_rate_costs_one_rate(clock: FrozenClock) -> None:
    body = csv_of(
        *ROWS, row("CHF", "2024-06-26", "none"), row("SEK", "26 June", "11.2"), row("TRY", "2024-06-26", "-1")
    )
    rates = await ask(clock, lambda _: (200, body, {}))
    assert rates.rates[date(2024, 6, 26)].keys() == {"USD", "JPY", "GBP"}
    assert [(remark.code, remark.detail) for remark in rates.quality] == [
        ("dropped_records", "3 rates could not be read")
    ]


def test_day_without_a_value_is_no_rate() -> None:
    assert rates_by_day(csv_of(row("USD", "2024-12-25", "NaN"), row("JPY", "2024-12-25", ""))) == ({}, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>maintenance</html>",
        b"\xff\xfe\x00",
        b"DATE,VALUE\r\n2024-06-26,1",
        csv_of(row("USD", "x", "y")),
    ],
)
def test_anything_else_is_a_bad_payload(body: bytes) -> None:
    with pytest.raises(ProviderBadPayloadError):
        rates_by_day(body)
