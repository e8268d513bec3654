"""The section on news."""

from typing import Final

from shared.domain.market_data import News
from shared.market.section_metrics import mean_sentiment
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.report import ReportArticle
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.text import one_line, shortened

_NEGATIVE: Final = -0.15
_QUOTED: Final = 3
_LONGEST_TITLE: Final = 160
"""Characters of a headline in a sentence; the list of articles has all of it."""


def _figures(data: ReportData) -> tuple[KeyFigure, ...]:
    if data.news is None or not data.news.articles:
        return ()
    sentiment = mean_sentiment(data.news)
    count = KeyFigure("articles", len(data.news.articles), "whole", "news")
    return (count,) if sentiment is None else (count, KeyFigure("mean_sentiment", sentiment, "score", "news"))


def _compose(data: ReportData, writer: Writer) -> str:
    if data.news is None or not data.news.articles:
        return ""
    titles = [
        writer.quoted(shortened(one_line(one.title), _LONGEST_TITLE)) for one in data.news.articles[:_QUOTED]
    ]
    headlines = writer.text("format.semicolon").join(titles)
    return writer.paragraph(
        writer.say("news.headlines", headlines=headlines, cite=data.cite("news")), _mood(data.news, writer)
    )


def _mood(news: News, writer: Writer) -> str:
    sentiment = mean_sentiment(news)
    if sentiment is None:
        return ""
    mood = "negative" if sentiment <= _NEGATIVE else "positive" if sentiment >= -_NEGATIVE else "mixed"
    return writer.text(f"news.{mood}")


def _risks(data: ReportData, writer: Writer) -> tuple[str, ...]:
    sentiment = mean_sentiment(data.news) if data.news else None
    if sentiment is None or sentiment > _NEGATIVE:
        return ()
    return (writer.say("news.risk", sentiment=sentiment, cite=data.cite("news")),)


def _articles(data: ReportData) -> tuple[ReportArticle, ...]:
    return tuple(
        ReportArticle(
            title=article.title,
            publisher=article.publisher,
            url=article.url if article.url.startswith(("https://", "http://")) else None,
            published_at=article.published_at,
        )
        for article in (data.news.articles if data.news else ())
    )


NEWS = SectionPlan("news", _figures, _compose, _risks, articles=_articles)
