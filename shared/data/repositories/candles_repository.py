"""Candles, in either storage form.

The candles of a series have a generation: those of another generation do not belong to it. A series is
replaced as a whole by writing a new generation, naming it in ``history_spans``, and deleting the others.

Stored candles are read first and omitted, so that a repeated write adds nothing. A time series takes inserts
only: a corrected candle is another document, and reads keep the newest ``fetched_at``. An
ordinary collection has a unique index, and the corrected candle replaces the other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

import msgspec
from bson import Int64
from pymongo import ReplaceOne
from pymongo.errors import BulkWriteError

from shared.data.driver_errors import DUPLICATE_KEY
from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository, limit_value, symbol_value, text_value
from shared.data.schema.declaration import StorageForm
from shared.data.schema.manager import storage_form
from shared.data.schema.market_collections import MARKET_DATA
from shared.data.schema.validation import compile_check
from shared.domain.market_data import Candle

BATCH = 5_000
"""Candles that are held and sent in one batch."""

MAX_CANDLES = 20_000
_WRITE_SECONDS = 30.0
_READ_SECONDS = 8.0
_FIGURES = ("open", "high", "low", "close", "adjusted_close", "volume")
_FIELDS = dict.fromkeys(("timestamp", "fetched_at", *_FIGURES), 1) | {"_id": 0}


_figures_fit = compile_check(
    {
        **MARKET_DATA.schema,
        # The same in all documents of a batch: checked once.
        "properties": {**MARKET_DATA.schema["properties"], "metadata": {}},
    }
)


class _CandleLine(msgspec.Struct, frozen=True, gc=False):
    """A candle with its fields in the order of their JSON."""

    timestamp: datetime
    open: float
    high: float
    low: float
    close: float
    adjusted_close: float | None
    volume: int | None


_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True)
class CandleSeries:
    """Identifies the candles of one symbol and interval."""

    symbol: str
    interval: str
    generation: str = ""

    def query(self) -> Document:
        """Finds them, by the index."""
        return {
            "metadata.symbol": self.symbol,
            "metadata.interval": self.interval,
            "metadata.generation": self.generation,
        }


class CandleRepository(Repository):
    """The collection ``market_data``."""

    declared = MARKET_DATA
    _form: StorageForm | None = None

    async def add(
        self,
        symbol: str,
        interval: str,
        candles: Iterable[Candle],
        *,
        source: str,
        currency: str | None,
        fetched_at: datetime,
        generation: str = "",
    ) -> int:
        """Stores candles, except those that are stored with the same figures.

        Args:
            symbol: Ticker.
            interval: Length of each candle.
            candles: Oldest first; taken in batches, so that memory does not grow with their number.
            source: Where they come from.
            currency: Currency of the prices.
            fetched_at: Time of the fetch; figures of an older fetch never replace newer ones.
            generation: The generation that the candles belong to.

        Returns:
            Number of new and corrected candles.

        Raises:
            InternalError: A candle does not fit the schema.
            DependencyUnavailableError: The database does not answer; batches before this one are kept.
        """
        series = _series(symbol, interval, generation)
        metadata = {
            "symbol": series.symbol,
            "interval": series.interval,
            "generation": series.generation,
            "source": source,
            "currency": currency,
        }
        written = 0
        remaining = iter(candles)
        while batch := [_document(candle, metadata, fetched_at) for candle in islice(remaining, BATCH)]:
            self._checked(batch[0])
            for document in batch:
                self._checked(document, _figures_fit)
            written += await self._run(self._writing(series, batch, fetched_at), seconds=_WRITE_SECONDS)
        return written

    async def lines(self, symbol: str, interval: str, generation: str) -> list[bytes]:
        """Returns the candles of a generation, oldest first, each as the JSON of a ``Candle``.

        The newest ``MAX_CANDLES`` if there are more; candles older than the retention are omitted.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        query = {**_series(symbol, interval, generation).query(), "timestamp": {"$gte": self._expired()}}
        documents = await self._run(lambda target: self._newest(target, query, MAX_CANDLES))
        return lines_of_documents(reversed(documents))

    async def latest(self, symbols: Mapping[str, str], interval: str) -> dict[str, list[Candle]]:
        """Returns the last two candles of several symbols, oldest first; symbols without any are omitted.

        Args:
            symbols: The symbols, each with its generation.
            interval: The length of each candle.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        queries = {
            symbol: {**_series(symbol, interval, generation).query(), "timestamp": {"$gte": self._expired()}}
            for symbol, generation in symbols.items()
        }

        def work(target: Target) -> dict[str, list[Document]]:
            return {symbol: self._newest(target, query, 2) for symbol, query in queries.items()}

        documents = await self._run(work)
        return {
            symbol: [_candle(document) for document in reversed(found)]
            for symbol, found in documents.items()
            if found
        }

    async def delete_other_generations(self, symbol: str, interval: str, generation: str) -> None:
        """Deletes the candles of a symbol and interval that belong to other generations.

        The query has fields of the metadata only: in a time series no others are allowed.
        """
        query = _series(symbol, interval).query() | {"metadata.generation": {"$ne": generation}}
        await self._run(lambda target: target.delete_many(query), seconds=_WRITE_SECONDS)

    async def read(
        self, symbol: str, interval: str, start: datetime, end: datetime, limit: int = MAX_CANDLES
    ) -> list[Candle]:
        """Returns the candles from ``start`` to before ``end``, oldest first; at most the newest ``limit``.

        Args:
            symbol: Ticker.
            interval: Length of each candle.
            start: First moment.
            end: End of the range, exclusive.
            limit: Maximum number, up to 20,000.
        """
        query = {**_series(symbol, interval).query(), "timestamp": {"$gte": start, "$lt": end}}
        most = limit_value(limit, MAX_CANDLES)
        documents = await self._run(lambda target: self._newest(target, query, most), seconds=_READ_SECONDS)
        return [_candle(document) for document in reversed(documents)]

    def _newest(self, target: Target, query: Document, limit: int) -> list[Document]:
        """Returns the newest candles, newest first; of several versions of a candle the newest."""
        with target.find(query, _FIELDS).sort("timestamp", -1) as found:
            if self._storage(target) == "ordinary":
                return list(found.limit(limit))
            return list(islice(_folded(found), limit))

    def _expired(self) -> datetime:
        """Returns the moment before which candles have expired."""
        return self._clock() - timedelta(days=self._retention.candles)

    def _writing(
        self, series: CandleSeries, batch: list[Document], fetched_at: datetime
    ) -> Callable[[Target], int]:
        def work(target: Target) -> int:
            known = _known(target, series, batch)
            new = [document for document in batch if document["timestamp"] not in known]
            corrected = [
                document
                for document in batch
                if (kept := known.get(document["timestamp"])) is not None
                and kept["fetched_at"] <= fetched_at
                and any(kept.get(figure) != document.get(figure) for figure in _FIGURES)
            ]
            if self._storage(target) == "time_series":
                if new or corrected:
                    target.insert_many(new + corrected, ordered=False)
            else:
                corrected += _insert(target, new)
                _replace(target, series, corrected)
            return len(new) + len(corrected)

        return work

    def _storage(self, target: Target) -> StorageForm:
        if self._form is None:
            # Not remembered as long as no migration has settled it.
            self._form = storage_form(target.database, self.declared.name)
        return self._form or "ordinary"


def _series(symbol: str, interval: str, generation: str = "") -> CandleSeries:
    return CandleSeries(symbol_value(symbol), text_value("interval", interval, 8), generation)


def _document(candle: Candle, metadata: Document, fetched_at: datetime) -> Document:
    moment = candle.timestamp
    if moment.microsecond:
        # What BSON keeps, so that it is found again.
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return {
        "timestamp": moment,
        "metadata": metadata,
        "open": candle.open,
        "high": candle.high,
        "low": candle.low,
        "close": candle.close,
        "adjusted_close": candle.adjusted_close,
        "volume": None if candle.volume is None else Int64(candle.volume),
        "fetched_at": fetched_at,
    }


def _known(target: Target, series: CandleSeries, batch: Sequence[Document]) -> dict[datetime, Document]:
    moments = [document["timestamp"] for document in batch]
    query = {**series.query(), "timestamp": {"$gte": min(moments), "$lte": max(moments)}}
    found = target.find(query, _FIELDS).sort("timestamp", -1)
    return {document["timestamp"]: document for document in _folded(found)}


def _folded(documents: Iterable[Document]) -> Iterator[Document]:
    """Yields the last fetched document of each timestamp; the documents are sorted by time."""
    best: Document | None = None
    for document in documents:
        if best is None or document["timestamp"] != best["timestamp"]:
            if best is not None:
                yield best
            best = document
        elif document["fetched_at"] >= best["fetched_at"]:
            best = document
    if best is not None:
        yield best


def _insert(target: Target, new: list[Document]) -> list[Document]:
    """Inserts documents; returns those that another worker has inserted in the meantime."""
    if not new:
        return []
    try:
        target.insert_many(new, ordered=False)
    except BulkWriteError as error:
        failures = error.details["writeErrors"]
        if any(failure["code"] != DUPLICATE_KEY for failure in failures):
            raise
        return [new[failure["index"]] for failure in failures]
    return []


def _replace(target: Target, series: CandleSeries, corrected: Sequence[Document]) -> None:
    writes = [
        ReplaceOne(
            {
                **series.query(),
                "timestamp": document["timestamp"],
                "fetched_at": {"$lte": document["fetched_at"]},
            },
            {key: value for key, value in document.items() if key != "_id"},
        )
        for document in corrected
    ]
    if writes:
        target.bulk_write(writes, ordered=False)


def lines_of_documents(documents: Iterable[Document]) -> list[bytes]:
    """Returns the JSON of candles without the detour over ``Candle``, which takes several times as long."""
    encoded = _ENCODER.encode_lines([_line_of(document) for document in documents])
    return encoded.splitlines()


def _line_of(document: Document) -> _CandleLine:
    moment, volume = document["timestamp"], document["volume"]
    return _CandleLine(
        moment.replace(microsecond=0) if moment.microsecond else moment,
        document["open"],
        document["high"],
        document["low"],
        document["close"],
        document["adjusted_close"],
        None if volume is None else int(volume),
    )


def _candle(document: Document) -> Candle:
    return Candle(
        timestamp=document["timestamp"].astimezone(UTC),
        **{figure: document.get(figure) for figure in _FIGURES},
    )
