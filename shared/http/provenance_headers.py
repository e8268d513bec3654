"""Provenance of histories as headers, for formats that have no place for it."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from shared.domain.moments import rfc3339

if TYPE_CHECKING:
    from shared.domain.market_data import History
    from shared.market.answers import SymbolErrorJson

_NOT_PRINTABLE: Final = re.compile(r"[^\x20-\x7e]")


def provenance_headers(histories: "Sequence[History]") -> dict[str, str]:
    """Returns the ``X-Data-*`` headers of a table: its sources, its oldest times, whether a part is stale."""
    known_as_of = [history.as_of for history in histories if history.as_of]
    return {
        "X-Data-Source": _joined((history.source for history in histories), ","),
        "X-Data-As-Of": rfc3339(min(known_as_of)) if known_as_of else "",
        "X-Data-Fetched-At": rfc3339(min(history.fetched_at for history in histories)) if histories else "",
        "X-Data-Stale": str(any(history.stale for history in histories)).lower(),
        "X-Data-Fallback-Reason": _joined((history.fallback_reason or "" for history in histories), "; "),
    }


def errors_header(errors: "Iterable[SymbolErrorJson]") -> str:
    """Returns the value of ``X-Data-Errors``: ``SYMBOL:code`` for each symbol without a history.

    What a client sent in place of a symbol can be any text, line breaks included: characters that no symbol
    has are percent-encoded.
    """
    return ",".join(f"{quote(error['symbol'], safe='^=&')}:{error['code']}" for error in errors)


def _joined(texts: Iterable[str], separator: str) -> str:
    joined = separator.join(dict.fromkeys(text for text in texts if text))
    # A header is one line of printable ASCII.
    return _NOT_PRINTABLE.sub("?", " ".join(joined.split()))
