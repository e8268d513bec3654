"""Exchange rates."""

from typing import Annotated

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import Field, StringConstraints

from shared.app.context import AppContext
from shared.http.blueprint import HttpBlueprint
from shared.http.caching import cached_response
from shared.http.handler import http_handler
from shared.http.market_parameters import IsoDate
from shared.http.parameters import Parameters, read_query
from shared.observability.telemetry import annotate

blueprint = HttpBlueprint()

CurrencyParameter = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{3}$")
]


class RateQuery(Parameters):
    """Query of an exchange rate."""

    base: CurrencyParameter
    quote: CurrencyParameter
    day: Annotated[IsoDate | None, Field(alias="date")] = None


@blueprint.route("fx", methods=["GET"])
@http_handler
async def exchange_rate(req: Request, app: AppContext) -> Response:
    """Responds with the rate between two currencies on a day."""
    query = read_query(req, RateQuery)
    answer = await app.market_data.exchange_rate(query.base, query.quote, query.day)
    annotate(source=answer.source)
    return cached_response(req, answer.entry, app.clock())
