"""The quotes beside a handler that does nothing, so that one process serves both under the same load."""

from datetime import UTC, datetime
from typing import Final

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from functions.quotes import blueprint as quotes
from shared.app.context import AppContext
from shared.domain.market_data import Article, News
from shared.http.handler import http_handler
from tests.support.market import FakeSource

BODY: Final = FakeSource("yahoo", {"AAPL": 227.52}).quote("AAPL").model_dump_json().encode()
"""A quote."""

ARTICLES: Final = 10


def _news() -> bytes:
    text = "Shares rose after the company reported results above expectations for the third quarter. " * 3
    moment = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    articles = tuple(
        Article(
            title=f"Headline {number} about the company and its results",
            publisher="Example News",
            url=f"https://example.com/articles/{number}",
            published_at=moment,
            summary=text,
            sentiment=None,
        )
        for number in range(ARTICLES)
    )
    news = News(source="yahoo", as_of=moment, fetched_at=moment, symbol="AAPL", articles=articles)
    return news.model_dump_json().encode()


NEWS_BODY: Final = _news()
"""Ten articles."""

constant = func.Blueprint()


@constant.route("constant/{symbol}", methods=["GET"])
@http_handler
async def always_the_same(req: Request, app: AppContext) -> Response:  # noqa: ARG001 - the interface
    """The bytes of a quote, from nowhere."""
    return Response(BODY, media_type="application/json")


@constant.route("constant-news/{symbol}", methods=["GET"])
@http_handler
async def always_the_same_news(req: Request, app: AppContext) -> Response:  # noqa: ARG001 - the interface
    """The bytes of ten articles, from nowhere."""
    return Response(NEWS_BODY, media_type="application/json")


app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(quotes)
app.register_functions(constant)
