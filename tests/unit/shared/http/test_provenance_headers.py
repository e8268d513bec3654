"""Provenance of tables: the oldest times, every source, whether anything is stale."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from shared.domain.market_data import History
from shared.http.provenance_headers import errors_header, provenance_headers

MOMENT = datetime(2026, 11, 27, 21, 0, tzinfo=UTC)


def history(**fields: object) -> History:
    known = {
        "source": "yahoo",
        "as_of": MOMENT,
        "fetched_at": MOMENT,
        "symbol": "AAPL",
        "currency": "USD",
        "period": "5d",
        "interval": "1d",
        "adjustment": "split",
        "candles": (),
    }
    return History.model_validate({**known, **fields})


def test_table_of_several_has_the_oldest_times_and_all_sources() -> None:
    older = history(
        source="sample",
        as_of=MOMENT - timedelta(days=1),
        fetched_at=MOMENT - timedelta(hours=1),
        stale=True,
        fallback_reason="yahoo: cannot\nbe reached – to\x00day",
    )
    assert provenance_headers([history(), older, history(as_of=None)]) == {
        "X-Data-Source": "yahoo,sample",
        "X-Data-As-Of": "2026-11-26T21:00:00Z",
        "X-Data-Fetched-At": "2026-11-27T20:00:00Z",
        "X-Data-Stale": "true",
        "X-Data-Fallback-Reason": "yahoo: cannot be reached ? to?day",
    }


def test_table_without_histories_has_no_source() -> None:
    assert set(provenance_headers([]).values()) == {"", "false"}


def test_header_of_errors_is_one_line_of_ascii_whatever_the_client_sent() -> None:
    sent = ("ZZZZ", "^GSPC", "EURUSD=X", "A\r\nX-Evil: 1", "€", "😀", "\0", "a:b,c")
    header = errors_header(
        [{"symbol": symbol, "code": "invalid_symbol", "detail": "unknown"} for symbol in sent]
    )
    assert header.isascii()
    assert header.isprintable()
    listed = [entry.rpartition(":") for entry in header.split(",")]
    assert tuple(unquote(symbol) for symbol, _, _ in listed) == sent
    assert {code for _, _, code in listed} == {"invalid_symbol"}
    assert header.startswith("ZZZZ:invalid_symbol,^GSPC:invalid_symbol,EURUSD=X:invalid_symbol,")
