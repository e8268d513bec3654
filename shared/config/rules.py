"""Rules between settings, beyond the type and bounds of each one."""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from shared.config.settings import Settings
from shared.config.variables import SettingKey

RuleViolation = tuple[SettingKey, str]
"""An invalid setting and the reason, without its value."""

Rule = Callable[[Settings], Iterator[RuleViolation]]


def find_errors(settings: Settings) -> list[RuleViolation]:
    """Returns the errors of all rules."""
    return [error for rule in _RULES for error in rule(settings)]


def _local_only(settings: Settings) -> Iterator[RuleViolation]:
    if settings.is_local:
        return
    where = f"not allowed in {settings.environment}, only in local"
    market, model = settings.market_data, settings.model
    if market.sample.enabled:
        yield ("market_data", "sample", "enabled"), f"sample data is {where}"
    if "sample" in market.sources:
        yield ("market_data", "sources"), f"sample data is {where}"
    if model.provider == "offline":
        yield ("model", "provider"), f"the offline model is {where}"
    if "offline" in model.fallback_order:
        yield ("model", "fallback_order"), f"the offline model is {where}"
    if settings.mongodb.embedded:
        yield ("mongodb", "host"), f"a host (or MONGODB_URI) is required: the embedded store is {where}"
    if settings.redis.embedded:
        yield ("redis", "host"), f"a host is required: the embedded store is {where}"
    if settings.webhooks.allow_local_targets:
        yield ("webhooks", "allow_local_targets"), f"targets on this machine are {where}"


def _lists(settings: Settings) -> Iterator[RuleViolation]:
    market = settings.market_data
    orders: dict[SettingKey, Sequence[str]] = {
        ("market_data", "sources_for", kind): order for kind, order in market.sources_for
    }
    lists: dict[SettingKey, Sequence[str]] = {
        ("market_data", "sources"): market.sources,
        **orders,
        ("model", "fallback_order"): settings.model.fallback_order,
        ("model", "prices"): [price.model for price in settings.model.prices],
        ("refresh", "symbols"): settings.refresh.symbols,
        ("app", "tenants"): [tenant.key_hash for tenant in settings.app.tenants],
    }
    for key, items in lists.items():
        if len(set(items)) < len(items):
            yield key, "duplicate entry"
    if not market.sources:
        yield ("market_data", "sources"), "at least one source is required"
    for key, order in orders.items():
        if not set(order) <= set(market.sources):
            yield key, "contains a source that is not in market_data.sources"


def _addresses(settings: Settings) -> Iterator[RuleViolation]:
    model = settings.model
    addresses: dict[SettingKey, str | None] = {
        ("model", "openai", "base_url"): model.openai.base_url,
        ("model", "grok", "base_url"): model.grok.base_url,
        ("model", "azure_openai", "endpoint"): model.azure_openai.endpoint,
        ("webhooks", "queue_url"): settings.webhooks.queue_url,
        ("market_data", "alpha_vantage", "base_url"): settings.market_data.alpha_vantage.base_url,
        ("market_data", "tiingo", "base_url"): settings.market_data.tiingo.base_url,
        ("market_data", "ecb", "base_url"): settings.market_data.ecb.base_url,
        ("market_data", "sec_edgar", "data_url"): settings.market_data.sec_edgar.data_url,
        ("market_data", "sec_edgar", "files_url"): settings.market_data.sec_edgar.files_url,
    }
    for key, address in addresses.items():
        if address is not None and not _is_address(address):
            yield key, "must be an http or https URL without user, query or fragment"
    if (model.azure_openai.endpoint is None) != (model.azure_openai.deployment is None):
        yield (
            ("model", "azure_openai", "endpoint"),
            "endpoint and deployment must be set together",
        )


def _origins(settings: Settings) -> Iterator[RuleViolation]:
    for origin in settings.app.cors_allowed_origins:
        # Browsers send exactly scheme://host[:port]; no other form would match.
        if origin != "*" and not (_is_address(origin) and urlsplit(origin).path == ""):
            yield (
                ("app", "cors_allowed_origins"),
                "an origin must be scheme://host[:port], without a trailing slash",
            )


def _mongodb(settings: Settings) -> Iterator[RuleViolation]:
    mongodb = settings.mongodb
    if mongodb.uri is not None and not _is_mongodb_uri(mongodb.uri.get_secret_value()):
        yield ("mongodb", "uri"), "must start with mongodb:// or mongodb+srv:// and contain a host"
    if mongodb.host is not None and mongodb.auth == "scram":
        if mongodb.username and not mongodb.password and mongodb.uri is None:
            yield ("mongodb", "password"), "is missing, but a username is set"
        if mongodb.password and not mongodb.username and mongodb.uri is None:
            yield ("mongodb", "username"), "is missing, but a password is set"
    if mongodb.auth == "entra" and mongodb.embedded:
        yield ("mongodb", "host"), "is required for auth: entra"


def _redis(settings: Settings) -> Iterator[RuleViolation]:
    redis = settings.redis
    if redis.auth == "entra":
        if redis.embedded:
            yield ("redis", "host"), "is required for auth: entra"
        elif not redis.ssl:
            yield ("redis", "ssl"), "must be true for auth: entra, otherwise the token is sent unencrypted"
    elif redis.username and not redis.password:
        yield ("redis", "password"), "is missing, but a username is set"


def _contacts(settings: Settings) -> Iterator[RuleViolation]:
    contact = settings.market_data.sec_edgar.contact
    if contact is not None and not _names_a_contact(contact):
        yield (
            ("market_data", "sec_edgar", "contact"),
            "must be a name and a mail address in ASCII: the SEC refuses other requests",
        )


_RULES: tuple[Rule, ...] = (_local_only, _lists, _addresses, _contacts, _origins, _mongodb, _redis)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = text.isprintable() and " " not in text
    return (
        plain
        and named
        and parts.scheme in ("http", "https")
        and not (parts.query or parts.fragment or "@" in text)
    )


def _names_a_contact(text: str) -> bool:
    *name, address = text.split()
    mailbox, _, host = address.rpartition("@")
    return bool(name and mailbox and "." in host) and text.isascii() and text.isprintable()


def _is_mongodb_uri(text: str) -> bool:
    scheme, _, rest = text.partition("://")
    hosts = rest.partition("/")[0].rpartition("@")[2]
    return scheme in ("mongodb", "mongodb+srv") and bool(hosts) and text.isprintable() and " " not in text
