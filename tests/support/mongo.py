"""Databases for tests: embedded, the stand-in server over the wire, and what to put into them."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from shared.config.settings import Settings
from shared.domain.market_data import Candle, SymbolInfo

ROOT = Path(__file__).parents[2]
NOW = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0) - timedelta(days=1)
"""Yesterday: servers delete by their own clock what has expired."""


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def local_settings(**sections: dict[str, Any]) -> Settings:
    """The settings of the base file with the embedded stores, and with some keys of some sections changed."""
    values = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    values["app"]["embedded_stores_module"] = "infra.local.embedded_stores"
    for section, changed in sections.items():
        values[section].update(changed)
    return Settings.model_validate({**values, "environment": "local"})


@contextmanager
def mongo_server(*options: str) -> Iterator[str]:
    """Starts the MongoDB test server in a process of its own and gives its URI."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.mongo_server", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        uri = process.stdout.readline().strip()
        assert uri.startswith("mongodb://"), "the MongoDB test server does not start"
        yield uri
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def daily_candles(count: int, start: datetime = datetime(2025, 1, 1, tzinfo=UTC)) -> list[Candle]:
    """Candles of consecutive days."""
    return [
        Candle(
            timestamp=start + timedelta(days=day),
            open=100.0 + day,
            high=101.5 + day,
            low=99.25 + day,
            close=100.5 + day,
            adjusted_close=100.0 + day,
            volume=3_000_000_000 + day,
        )
        for day in range(count)
    ]


def symbol_info(
    symbol: str, name: str | None = None, aliases: Sequence[str] = (), **fields: Any
) -> SymbolInfo:
    """A symbol of which little is known."""
    known: dict[str, Any] = {
        "asset_type": "equity",
        "exchange": None,
        "country": None,
        "currency": "USD",
        "sector": None,
    }
    return SymbolInfo(symbol=symbol, name=name, aliases=tuple(aliases), **{**known, **fields})


def report_document(report_id: str, moment: datetime, **fields: Any) -> dict[str, Any]:
    """A report as the contract has it."""
    return {
        "report_id": report_id,
        "symbol": "AAPL",
        "timestamp": moment,
        "report_type": "quick_overview",
        "time_horizon": "long_term",
        "summary": "Solid.",
        "recommendation": {"action": "hold", "target_price": 250.5, "confidence": 0.6},
        "analysis_sections": [
            {"title": "Price", "content": "Up.", "key_metrics": {"Market cap": 3 * 10**12}}
        ],
        "charts": {"price": "<svg/>"},
        "sources": [{"id": 1, "kind": "quote"}],
        "figures": {"stated": 1, "supported": 1, "unsupported": []},
        "metadata": {"provider": "offline", "model": "facts"},
        "disclaimer": "No advice.",
        **fields,
    }
