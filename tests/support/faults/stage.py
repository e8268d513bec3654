"""The whole service in a process of its own, with a switch for each dependency."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
from pymongo import MongoClient
from redis import Redis

from tests.support.alpha_vantage_stub import FUNCTIONS, AlphaVantageStub, usual_body
from tests.support.backstage import Backstage
from tests.support.ecb_stub import EcbStub
from tests.support.edgar_documents import (
    Row,
    facts_document,
    submissions_document,
    tickers_document,
    to_date,
)
from tests.support.edgar_stub import EdgarStub
from tests.support.host import PROBED_APP, TIMERS_AT_REST, HostProcess
from tests.support.mongo import mongo_server
from tests.support.mongo_proxy import MongoProxy
from tests.support.openai_stub import OpenAIStub
from tests.support.redis_server import RedisServer
from tests.support.secret_watch import MARKER
from tests.support.tcp_proxy import TcpProxy
from tests.support.tiingo_stub import TiingoStub
from tests.support.vault_stub import VaultStub
from tests.support.yahoo_stub import YahooStub

DATABASE: Final = "stock_research"
CLIENT_SECONDS: Final = 30.0
"""Nothing on a stage may take as long: deadlines there are a few seconds."""
_SLOW_MACHINE_SECONDS: Final = 90.0
"""Nor as long as this on a slow machine."""

_SLOW_SECONDS: Final = 5.0
_FILERS: Final = {320193: "AAPL", 21344: "KO"}
"""Companies that file with the SEC, by number."""
_YEARS: Final = (2024, 2025)
_FLOWS: Final = ("Revenues", "NetIncomeLoss", "NetCashProvidedByUsedInOperatingActivities")


def secret(name: str) -> str:
    """A secret, which must turn up nowhere."""
    return f"{MARKER}{name}"


class SecondWorker:
    """Another worker on the same stores, which can be killed and started again.

    Args:
        folder: Takes its output.
        settings: Its environment variables.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self._folder = folder
        self._settings = settings
        self._starts = 0
        self.start()

    def start(self) -> None:
        """Starts it and waits until it serves; the address differs from the one before."""
        self._starts += 1
        self.host = HostProcess(self._folder / str(self._starts), self._settings, app=PROBED_APP)
        self.url = self.host.base_url()

    def kill(self) -> None:
        """Ends it without a warning (SIGKILL)."""
        self.host.stop(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it in an orderly way."""
        _end(self.host)


@dataclass(frozen=True)
class Stage:
    """The service and its surroundings.

    Attributes:
        backstage: Where proxies and models run.
        redis: The server behind ``redis_proxy``.
        cluster: A server in cluster mode that ``redis_proxy`` may lead to.
        redis_proxy: Stands before Redis.
        mongo_port: Of the server behind ``mongo_proxy``.
        mongo_proxy: Stands before MongoDB.
        yahoo: Stub of Yahoo.
        alpha_vantage: Stub of Alpha Vantage.
        tiingo: Stub of Tiingo.
        edgar: Stub of the SEC's data service.
        ecb: Stub of the European Central Bank.
        model: Stub of OpenAI.
        second_model: Stub of Grok.
        vault: Stub of Key Vault.
        host: The service's process.
        url: Its address.
        client: Asks it.
        second: Another worker on the same stores, where there is one.
    """

    backstage: Backstage
    redis: RedisServer
    cluster: RedisServer
    redis_proxy: TcpProxy
    mongo_port: int
    mongo_proxy: MongoProxy
    yahoo: YahooStub
    alpha_vantage: AlphaVantageStub
    tiingo: TiingoStub
    edgar: EdgarStub
    ecb: EcbStub
    model: OpenAIStub
    second_model: OpenAIStub
    vault: VaultStub
    host: HostProcess
    url: str
    client: httpx.Client
    second: SecondWorker | None = None

    def redis_control(self) -> "Redis":
        """A connection to Redis that no fault affects."""
        return Redis(port=self.redis.port, password=secret("redis"))

    def mongo_control(self) -> "MongoClient[dict[str, object]]":
        """A connection to MongoDB that no fault affects."""
        return MongoClient("127.0.0.1", self.mongo_port)


@contextmanager
def stage(
    folder: Path, environ: Mapping[str, str], *, with_vault: bool = False, two_workers: bool = False
) -> Iterator[Stage]:
    """Sets the stage for the block, in the environment ``staging``: as in production, without makeshifts.

    Args:
        folder: Takes everything that is written.
        environ: Settings that differ from those of ``_environment``.
        with_vault: Whether the model's key is in the vault; Yahoo, which wants the same proxy, is off then.
        two_workers: Whether there is a second worker.
    """
    with ExitStack() as stack:
        for name in ("redis", "cluster", "yahoo", "vault"):
            (folder / name).mkdir(parents=True)
        redis = RedisServer(folder / "redis", "--requirepass", secret("redis"))
        stack.callback(redis.stop)
        redis.start()
        cluster = RedisServer(
            folder / "cluster", "--requirepass", secret("redis"), "--cluster-enabled", "yes"
        )
        stack.callback(cluster.stop)
        cluster.start()
        mongo_port = urlsplit(stack.enter_context(mongo_server())).port or 0
        yahoo = stack.enter_context(YahooStub(folder / "yahoo"))
        alpha_vantage = stack.enter_context(AlphaVantageStub())
        alpha_vantage.answers.update(dict.fromkeys(FUNCTIONS, (200, usual_body)))
        tiingo = stack.enter_context(TiingoStub())
        edgar = stack.enter_context(edgar_of_two_companies())
        ecb = stack.enter_context(EcbStub())
        vault = stack.enter_context(
            VaultStub(folder / "vault", {"OPENAI-API-KEY": secret("openai")}, secret("identity"))
        )
        backstage = stack.enter_context(Backstage())
        redis_proxy, mongo_proxy, model, second_model = backstage.run(_start(redis.port, mongo_port))
        started = (redis_proxy, mongo_proxy, model, second_model)
        stack.callback(lambda: [backstage.run(one.aclose()) for one in started])
        settings = {
            **_environment(redis_proxy, mongo_proxy, alpha_vantage, model, second_model),
            **_other_sources(tiingo, edgar, ecb),
            **(
                vault.environment if with_vault else {**yahoo.environment, "OPENAI_API_KEY": secret("openai")}
            ),
            **environ,
        }
        host = HostProcess(folder / "host", settings, app=PROBED_APP)
        stack.callback(lambda: _end(host))
        url = host.base_url()
        second = SecondWorker(folder / "second", settings) if two_workers else None
        if second:
            stack.callback(second.stop)
        headers = {"x-functions-key": secret("function")}
        # Shorter than the host keeps idle connections: it closes none in the moment of a request.
        limits = httpx.Limits(keepalive_expiry=1.0)
        client = stack.enter_context(
            httpx.Client(base_url=url, headers=headers, timeout=_SLOW_MACHINE_SECONDS, limits=limits)
        )
        yield Stage(
            backstage=backstage,
            redis=redis,
            cluster=cluster,
            redis_proxy=redis_proxy,
            mongo_port=mongo_port,
            mongo_proxy=mongo_proxy,
            yahoo=yahoo,
            alpha_vantage=alpha_vantage,
            tiingo=tiingo,
            edgar=edgar,
            ecb=ecb,
            model=model,
            second_model=second_model,
            vault=vault,
            host=host,
            url=url,
            client=client,
            second=second,
        )


async def _start(redis_port: int, mongo_port: int) -> tuple[TcpProxy, MongoProxy, OpenAIStub, OpenAIStub]:
    started = (
        TcpProxy(redis_port, delay=_SLOW_SECONDS),
        MongoProxy(mongo_port, delay=_SLOW_SECONDS),
        OpenAIStub(),
        OpenAIStub(),
    )
    for one in started:
        await one.start()
    return started


def _end(host: HostProcess) -> None:
    ended = host.stop()
    assert ended.code == 0, ended.output


def edgar_of_two_companies() -> EdgarStub:
    """Returns a stub of the SEC with statements and a filing of Apple and Coca-Cola."""
    edgar = EdgarStub()
    edgar.documents["/files/company_tickers.json"] = tickers_document(
        *((cik, symbol, f"{symbol} Inc.") for cik, symbol in _FILERS.items())
    )
    for cik, symbol in _FILERS.items():
        rows = [
            row
            for concept in _FLOWS
            for of in (2024, 2025)
            for row in to_date(concept, [25, 50, 75, 100], of)
        ]
        rows += [Row("Assets", 1000, f"{of}-12-31") for of in _YEARS]
        filings = [(f"{cik:010d}-26-000001", "10-K", "2026-02-09")]
        submissions = submissions_document(cik=cik, filings=filings, tickers=[symbol])
        edgar.add_company(cik, submissions=submissions, facts=facts_document(rows, cik=cik))
    return edgar


def _other_sources(tiingo: TiingoStub, edgar: EdgarStub, ecb: EcbStub) -> dict[str, str]:
    return {
        "TIINGO_API_KEY": secret("tiingo"),
        "TIINGO_BASE_URL": tiingo.url,
        "TIINGO_REQUESTS_PER_SECOND": "100",
        "TIINGO_REQUESTS_PER_DAY": "100000",
        "SEC_EDGAR_CONTACT": "Example Research ops@example.com",
        "SEC_EDGAR_DATA_URL": edgar.url,
        "SEC_EDGAR_FILES_URL": edgar.url,
        "ECB_BASE_URL": ecb.url,
    }


def _environment(
    redis: TcpProxy,
    mongo: MongoProxy,
    alpha_vantage: AlphaVantageStub,
    model: OpenAIStub,
    second_model: OpenAIStub,
) -> dict[str, str]:
    user = f"user:{secret('mongo')}"
    return {
        "APP_ENV": "staging",
        "CONFIG_ENV_OVERRIDE_MODE": "all",
        "APP_LOG_LEVEL": "DEBUG",
        **TIMERS_AT_REST,
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(redis.port),
        "REDIS_SSL": "false",
        "REDIS_PASSWORD": secret("redis"),
        "MONGODB_URI": f"mongodb://{user}@127.0.0.1:{mongo.port}/?authMechanism=PLAIN&directConnection=true",
        "MONGODB_DB_NAME": DATABASE,
        "YAHOO_FINANCE_ENABLED": "true",
        "MARKET_DATA_SOURCES": "yahoo",
        "MARKET_DATA_DEADLINE": "5",
        "ALPHA_VANTAGE_API_KEY": secret("alphavantage"),
        "ALPHA_VANTAGE_BASE_URL": alpha_vantage.url,
        "ALPHA_VANTAGE_REQUESTS_PER_SECOND": "100",
        "ALPHA_VANTAGE_REQUESTS_PER_DAY": "100000",
        "OPENAI_BASE_URL": model.base_url,
        "GROK_BASE_URL": second_model.base_url,
        "MODEL_ALLOW_FALLBACK": "false",
        "MODEL_FIRST_EVENT_TIMEOUT": "8",
        "MODEL_REASONING_TIMEOUT": "4",
        "MODEL_DEADLINE": "16",
        "MARKET_DATA_MAX_COOLDOWN": "3",
        "CACHE_TTL_PRICE_DATA": "1",
        "CACHE_TTL_HISTORICAL_DATA": "1",
        "CACHE_STALE_FACTOR": "1000",
        "CACHE_REFRESH_SYMBOLS": "AAPL",
        "CACHE_REFRESH_DEADLINE": "8",
        "LIMIT_STREAMS_PER_CALLER": "100",
        "LIMIT_MODEL_TOKENS_PER_DAY": "1000000000",
        "LIMIT_UPSTREAM_REQUESTS_PER_DAY": "10000000",
    }
