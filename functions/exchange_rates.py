"""Exchange rates."""

from typing import Annotated

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import Field

from shared.app.context import AppContext
from shared.http.answer_response import answer_response
from shared.http.blueprint import HttpBlueprint
from shared.http.handler import http_handler
from shared.http.market_parameters import CurrencyParameter, IsoDate
from shared.http.parameters import Parameters, read_query

blueprint = HttpBlueprint()


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
    return answer_response(req, app, answer)
