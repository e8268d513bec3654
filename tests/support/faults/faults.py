"""The faults of the matrix, by the part of the surroundings that they befall."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.support.alpha_vantage_stub import FUNCTIONS, premium_only, quota_used_up, usual_body
from tests.support.faults.stage import CLIENT_SECONDS, Stage, secret
from tests.support.host import REDIS_SECONDS
from tests.support.mongo_proxy import Refusal
from tests.support.openai_stub import Behaviour
from tests.support.tcp_proxy import ProxyFault
from tests.support.tiingo_stub import HOUR_USED_UP, KEY_REJECTED
from tests.support.vault_stub import VaultFault
from tests.support.yahoo_stub import Fault as YahooFault

Switch = Callable[[Stage], None]
Body = Callable[[Mapping[str, str]], object]

_DATA: Final = ("quote", "chart", "summary", "news", "search")
_SLOW_REDIS: Final = {REDIS_SECONDS: "5"}
"""Where Redis does not hang, it is no outage that the machine holds it up for a moment."""
_SLOW_SOURCES: Final = {"MARKET_DATA_DEADLINE": "20", "CACHE_REFRESH_DEADLINE": "40"}
"""Where no source hangs, none is given up because the machine is slow."""
_SLOW_MODELS: Final = {
    "MODEL_FIRST_EVENT_TIMEOUT": "20",
    "MODEL_REASONING_TIMEOUT": "20",
    "MODEL_DEADLINE": "60",
}
"""Where no model hangs, none is given up because the machine is slow."""


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    Attributes:
        name: As in the table.
        on: Switches it on.
        off: Switches it off.
        logged: Whether the log reports it.
    """

    name: str
    on: Switch
    off: Switch
    logged: bool = True


@dataclass(frozen=True)
class Part:
    """A part of the surroundings, with the settings under which its faults are looked at.

    Attributes:
        name: The heading of its table.
        faults: What may befall it.
        prices: The sources of prices; SEC EDGAR and the ECB stand beside them.
        environ: Other settings.
        with_vault: Whether secrets come from the vault.
    """

    name: str
    faults: tuple[Fault, ...]
    prices: str = "yahoo"
    environ: Mapping[str, str] = field(default_factory=dict)
    with_vault: bool = False

    @property
    def settings(self) -> Mapping[str, str]:
        """The environment variables of the part."""
        return {"MARKET_DATA_SOURCES": f"{self.prices},sec_edgar,ecb", **_SLOW_REDIS, **self.environ}


def _redis(name: str, proxy_fault: ProxyFault) -> Fault:
    def switch(proxy_fault: ProxyFault | None) -> Switch:
        return lambda stage: stage.backstage.run(stage.redis_proxy.set(proxy_fault))

    return Fault(name, switch(proxy_fault), switch(None))


def _full(memory: str) -> Switch:
    def switch(stage: Stage) -> None:
        with stage.redis_control() as redis:
            redis.config_set("maxmemory", memory)

    return switch


def _evict(stage: Stage) -> None:
    with stage.redis_control() as redis:
        redis.config_set("maxmemory-policy", "volatile-lru")
        redis.config_set("maxmemory", redis.info("memory")["used_memory"])


def _do_not_evict(stage: Stage) -> None:
    with stage.redis_control() as redis:
        redis.config_set("maxmemory", "0")
        redis.config_set("maxmemory-policy", "noeviction")


def _cluster_mode(stage: Stage) -> None:
    stage.backstage.run(stage.redis_proxy.redirect(stage.cluster.port))


def _no_cluster(stage: Stage) -> None:
    stage.backstage.run(stage.redis_proxy.redirect(stage.redis.port))


def _read_only(stage: Stage) -> None:
    with stage.redis_control() as redis:
        redis.replicaof("127.0.0.1", "1")


def _writable(stage: Stage) -> None:
    with stage.redis_control() as redis:
        redis.replicaof("NO", "ONE")


def _permissions(rule: str) -> Switch:
    commands = ("get", "mget", "set", "eval", "evalsha", "hgetall", "hset")

    def switch(stage: Stage) -> None:
        with stage.redis_control() as redis:
            redis.execute_command("ACL", "SETUSER", "default", *(rule + name for name in commands))

    return switch


def _clock_ahead(seconds: int) -> Switch:
    def switch(stage: Stage) -> None:
        stage.client.post("/api/cold", params={"ahead": seconds})

    return switch


def _mongo(name: str, proxy_fault: ProxyFault) -> Fault:
    def switch(proxy_fault: ProxyFault | None) -> Switch:
        return lambda stage: stage.backstage.run(stage.mongo_proxy.set(proxy_fault))

    return Fault(name, switch(proxy_fault), switch(None))


def _mongo_refuses(name: str, refusal: Refusal) -> Fault:
    def switch(refusal: Refusal | None) -> Switch:
        return lambda stage: stage.backstage.run(stage.mongo_proxy.refuse(refusal))

    return Fault(name, switch(refusal), switch(None))


def _yahoo(name: str, fault: YahooFault) -> Fault:
    return Fault(
        name,
        lambda stage: stage.yahoo.faults.update(dict.fromkeys(_DATA, fault)),
        lambda stage: stage.yahoo.faults.clear(),
    )


def _alpha_vantage(name: str, body: Body, *, seconds: float = 0.0) -> Fault:
    def on(stage: Stage) -> None:
        stage.alpha_vantage.answers.update(dict.fromkeys(FUNCTIONS, (200, body)))
        stage.alpha_vantage.seconds = seconds

    def off(stage: Stage) -> None:
        stage.alpha_vantage.answers.update(dict.fromkeys(FUNCTIONS, (200, usual_body)))
        stage.alpha_vantage.seconds = 0.0

    return Fault(name, on, off)


def _tiingo(name: str, fault: tuple[int, object] | None, *, seconds: float = 0.0) -> Fault:
    def on(stage: Stage) -> None:
        stage.tiingo.fault, stage.tiingo.seconds = fault, seconds

    def off(stage: Stage) -> None:
        stage.tiingo.fault, stage.tiingo.seconds = None, 0.0

    return Fault(name, on, off)


def _edgar(name: str, status: int | None, *, seconds: float = 0.0) -> Fault:
    def on(stage: Stage) -> None:
        stage.edgar.status, stage.edgar.seconds = status, seconds
        # A worker that runs has the documents of the day.
        stage.client.post("/api/cold")

    def off(stage: Stage) -> None:
        stage.edgar.status, stage.edgar.seconds = None, 0.0

    return Fault(name, on, off)


def _ecb(name: str, status: int | None, *, seconds: float = 0.0) -> Fault:
    def on(stage: Stage) -> None:
        stage.ecb.status, stage.ecb.seconds = status, seconds

    def off(stage: Stage) -> None:
        stage.ecb.status, stage.ecb.seconds = None, 0.0

    return Fault(name, on, off)


def _model(name: str, behaviour: Behaviour) -> Fault:
    def switch(behaviour: Behaviour | None) -> Switch:
        def always(stage: Stage) -> None:
            stage.model.always = behaviour

        return always

    return Fault(name, switch(behaviour), switch(None))


def _vault(name: str, fault: VaultFault) -> Fault:
    def on(stage: Stage) -> None:
        stage.vault.fault = fault
        stage.client.post("/api/cold")

    def off(stage: Stage) -> None:
        stage.vault.fault = None

    return Fault(name, on, off)


PARTS: Final = (
    Part(
        "Redis",
        (
            _redis("gone", ProxyFault.GONE),
            _redis("slow", ProxyFault.SLOW),
            _redis("garbage", ProxyFault.GARBAGE),
            Fault("full", _full("1"), _full("0")),
            _redis("replies lost", ProxyFault.HANG),
            Fault("evicting", _evict, _do_not_evict, logged=False),
            Fault("read-only", _read_only, _writable),
            Fault("no permission", _permissions("-"), _permissions("+")),
            Fault("cluster mode", _cluster_mode, _no_cluster),
            Fault("clock ahead", _clock_ahead(86_400), _clock_ahead(0), logged=False),
        ),
        environ={**_SLOW_SOURCES, **_SLOW_MODELS, REDIS_SECONDS: ""},
    ),
    Part(
        "MongoDB",
        (
            _mongo("gone", ProxyFault.GONE),
            _mongo("slow", ProxyFault.SLOW),
            _mongo_refuses("read-only", Refusal.WRITES),
            _mongo_refuses("unauthorised", Refusal.SIGN_IN),
        ),
        environ={"MARKET_DATA_DEADLINE": "20", **_SLOW_MODELS},
    ),
    Part(
        "Yahoo",
        (
            _yahoo("429", YahooFault.RATE_LIMIT),
            _yahoo("5xx", YahooFault.SERVER_ERROR),
            _yahoo("HTML", YahooFault.HTML),
            _yahoo("empty", YahooFault.EMPTY),
            _yahoo("hang", YahooFault.HANG),
        ),
        environ=_SLOW_MODELS,
    ),
    Part(
        "Alpha Vantage",
        (
            _alpha_vantage("quota", quota_used_up),
            _alpha_vantage("premium", premium_only),
            _alpha_vantage("hang", usual_body, seconds=CLIENT_SECONDS),
        ),
        prices="alpha_vantage",
        environ=_SLOW_MODELS,
    ),
    Part(
        "Tiingo",
        (
            _tiingo("429", (429, HOUR_USED_UP)),
            _tiingo("401", (401, KEY_REJECTED)),
            _tiingo("5xx", (503, "<html>Service Unavailable</html>")),
            _tiingo("HTML", (200, "<html>maintenance</html>")),
            _tiingo("hang", None, seconds=CLIENT_SECONDS),
        ),
        prices="tiingo",
        environ=_SLOW_MODELS,
    ),
    Part(
        "SEC EDGAR",
        (
            _edgar("5xx", 500),
            _edgar("403", 403),
            _edgar("HTML", 200),
            _edgar("hang", None, seconds=CLIENT_SECONDS),
        ),
        environ={
            "MARKET_DATA_SOURCES_STATEMENTS": "sec_edgar",
            "CACHE_TTL_FUNDAMENTAL_DATA": "1",
            **_SLOW_MODELS,
        },
    ),
    Part(
        "ECB",
        (
            _ecb("5xx", 500),
            _ecb("429", 429),
            _ecb("HTML", 200),
            _ecb("hang", None, seconds=CLIENT_SECONDS),
        ),
        environ=_SLOW_MODELS,
    ),
    Part(
        "Model",
        (
            _model("401", Behaviour(status=401)),
            _model("429", Behaviour(status=429, retry_after="2")),
            _model("500", Behaviour(status=500)),
            _model("hang", Behaviour(fault="silence")),
            _model("drop", Behaviour(fault="drop", fault_after=1)),
            _model("silent end", Behaviour(fault="end", fault_after=1)),
            _model("error in the stream", Behaviour(dialect="error event")),
            _model("empty answer", Behaviour(dialect="reasoning until the limit")),
            _model("endless reasoning", Behaviour(reasoning=100_000, rate=20)),
            _model("content filter", Behaviour(dialect="content filter in the stream")),
            _model("context too long", Behaviour(dialect="context in the stream")),
            _model("rejected tools", Behaviour(refuses="tools")),
        ),
        environ=_SLOW_SOURCES,
    ),
    Part(
        "Key Vault",
        (_vault("403", VaultFault.FORBIDDEN), _vault("unreachable", VaultFault.UNREACHABLE)),
        prices="alpha_vantage",
        environ={**_SLOW_SOURCES, **_SLOW_MODELS},
        with_vault=True,
    ),
    Part(
        "Yahoo, with Alpha Vantage behind it",
        (_yahoo("5xx", YahooFault.SERVER_ERROR), _yahoo("hang", YahooFault.HANG)),
        prices="yahoo,alpha_vantage",
        environ={
            # What the second source gave while the first was still being imported is soon over.
            "CACHE_TTL_FUNDAMENTAL_DATA": "1",
            **_SLOW_MODELS,
        },
    ),
    Part(
        "Model, with another behind it",
        (
            _model("500", Behaviour(status=500)),
            _model("hang", Behaviour(fault="silence")),
            _model("empty answer", Behaviour(dialect="reasoning until the limit")),
            _model("content filter", Behaviour(dialect="content filter in the stream")),
        ),
        environ={
            "MODEL_ALLOW_FALLBACK": "true",
            "MODEL_FALLBACK_ORDER": "openai,grok",
            "GROK_API_KEY": secret("grok"),
            **_SLOW_SOURCES,
        },
    ),
)
"""Everything that is looked at."""
