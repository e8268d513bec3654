"""Kinds of instruments listed in the US, for sources whose quotes and histories do not tell."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from shared.data.migration.starter import read_starter_symbols
from shared.domain.market_data import AssetType

_MUTUAL_FUND: Final = re.compile(r"[A-Z]{4}X")


def asset_type_of(symbol: str) -> AssetType:
    """Returns the kind of an instrument of the US, which quotes and histories do not tell.

    Funds of the starter list are known; mutual funds have five letters with an X at the end. All others count
    as stocks. Blocks at first: it reads a file.
    """
    if (known := _starter_types().get(symbol)) is not None:
        return known
    return "mutual_fund" if _MUTUAL_FUND.fullmatch(symbol) else "equity"


@cache
def _starter_types() -> Mapping[str, AssetType]:
    return {info.symbol: info.asset_type for info in read_starter_symbols()}
