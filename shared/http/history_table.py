"""Price histories of several symbols as one table: CSV or Parquet."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from shared.domain.moments import rfc3339
from shared.errors.request_errors import NotAcceptableError
from shared.http.history_csv import FIGURES, figures_of
from shared.market.analysis.periods import is_intraday

if TYPE_CHECKING:
    from shared.domain.market_data import History

_DATE, _TIMESTAMP = "date", "timestamp"

Row = tuple[str, str | None, date | datetime, float, float, float, float, float | None, int | None]


def table_csv(histories: "Sequence[History]", *, intraday: bool) -> bytes:
    """Returns a header row and one row per candle (RFC 4180); null values are empty.

    Args:
        histories: Histories of one interval, in the order of the table.
        intraday: Whether the column ``timestamp`` has moments (RFC 3339); else ``date`` has plain dates.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("symbol", "currency", _TIMESTAMP if intraday else _DATE, *FIGURES))
    for symbol, currency, moment, *figures in _rows(histories):
        shown = rfc3339(moment) if isinstance(moment, datetime) else moment.isoformat()
        writer.writerow((symbol, currency, shown, *figures))
    return text.getvalue().encode()


def table_parquet(histories: "Sequence[History]", *, intraday: bool) -> bytes:
    """Returns the table as a Parquet file, with dates or moments in UTC as such; see :func:`table_csv`."""
    import pyarrow as pa
    from pyarrow import parquet

    moment = (_TIMESTAMP, pa.timestamp("ms", tz="UTC")) if intraday else (_DATE, pa.date32())
    schema = pa.schema(
        [
            ("symbol", pa.string()),
            ("currency", pa.string()),
            moment,
            *((name, pa.float64()) for name in FIGURES[:-1]),
            ("volume", pa.int64()),
        ]
    )
    columns = list(zip(*_rows(histories), strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    written = io.BytesIO()
    parquet.write_table(pa.table(arrays, schema=schema), written)
    return written.getvalue()


def check_parquet() -> None:
    """Checks that Parquet can be written here.

    Raises:
        NotAcceptableError: pyarrow is not installed.
    """
    if find_spec("pyarrow") is None:
        raise NotAcceptableError("Parquet is not available here; format may be json or csv.")


def _rows(histories: "Sequence[History]") -> Iterator[Row]:
    for history in histories:
        plain = not is_intraday(history.interval)
        for candle in history.candles:
            moment = candle.timestamp.date() if plain else candle.timestamp
            yield (history.symbol, history.currency, moment, *figures_of(candle))
