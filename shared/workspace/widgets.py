"""The widgets and apps of OpenBB Workspace, over the routes of the service.

Source of the formats: the reference of widgets.json and apps.json at docs.openbb.co/workspace.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, get_args

from shared.domain.terms import Interval, Period

Item = dict[str, Any]
CellType = Literal["text", "number", "date"]

_CATEGORY: Final = "Stock research"
_SYMBOL: Final[Item] = {
    "paramName": "symbol",
    "label": "Symbol",
    "description": "Ticker, such as AAPL",
    "type": "text",
    "value": "AAPL",
}
_SYMBOLS: Final[Item] = {
    "paramName": "symbols",
    "label": "Symbols",
    "description": "Tickers, separated by commas",
    "type": "text",
    "value": "AAPL,MSFT,NVDA,GOOGL,AMZN",
}


def _choice(name: str, label: str, values: Sequence[str], value: str) -> Item:
    options = [{"label": option, "value": option} for option in values]
    return {
        "paramName": name,
        "label": label,
        "description": f"{label} of the data",
        "type": "text",
        "value": value,
        "options": options,
    }


def _limit(value: int) -> Item:
    return {
        "paramName": "limit",
        "label": "Limit",
        "description": "Most rows",
        "type": "number",
        "value": value,
    }


def _columns(**columns: tuple[str, CellType]) -> list[Item]:
    return [
        {"field": field, "headerName": heading, "cellDataType": kind}
        for field, (heading, kind) in columns.items()
    ]


def _table(
    name: str,
    description: str,
    endpoint: str,
    key: str,
    columns: list[Item],
    params: Sequence[Item],
    *,
    chart: bool = False,
) -> Item:
    """Returns a table widget.

    Args:
        name: Name for people.
        description: What it shows, also for the agent of Workspace.
        endpoint: Route below the prefix; names in braces are taken from the parameters.
        key: Field of the response that has the rows.
        columns: Shown columns.
        params: Parameters.
        chart: Whether it opens as a line chart.
    """
    view = {"chartView": {"enabled": True, "chartType": "line"}} if chart else {}
    return {
        "name": name,
        "description": description,
        "category": _CATEGORY,
        "type": "table",
        "endpoint": endpoint,
        "source": "Stock research",
        "gridData": {"w": 20, "h": 9},
        "params": list(params),
        "data": {"dataKey": key, "table": {"showAll": True, **view, "columnsDefs": columns}},
    }


WIDGETS: Final[Mapping[str, Item]] = {
    "quotes": _table(
        "Quotes",
        "Current prices of several symbols with change and volume",
        "quotes",
        "quotes",
        _columns(
            symbol=("Symbol", "text"),
            name=("Name", "text"),
            price=("Price", "number"),
            currency=("Currency", "text"),
            change_percent=("Change %", "number"),
            volume=("Volume", "number"),
            market_cap=("Market cap", "number"),
            as_of=("As of", "text"),
            source=("Source", "text"),
            stale=("Stale", "text"),
        ),
        [_SYMBOLS],
    ),
    "price_history": _table(
        "Price history",
        "Candles of one symbol, oldest first",
        "quotes/{symbol}/history",
        "candles",
        _columns(
            timestamp=("Time", "date"),
            close=("Close", "number"),
            open=("Open", "number"),
            high=("High", "number"),
            low=("Low", "number"),
            volume=("Volume", "number"),
        ),
        [
            _SYMBOL,
            _choice("period", "Period", get_args(Period), "1y"),
            _choice("interval", "Interval", get_args(Interval), "1d"),
        ],
        chart=True,
    ),
    "signals": _table(
        "Technical signals",
        "What moving averages, RSI, MACD and bands say of one symbol",
        "quotes/{symbol}/technicals",
        "signals",
        _columns(name=("Signal", "text"), direction=("Direction", "text"), detail=("Detail", "text")),
        [_SYMBOL, _choice("period", "Period", get_args(Period), "1y")],
    ),
    "news": _table(
        "News",
        "Articles on one company, newest first",
        "quotes/{symbol}/news",
        "articles",
        _columns(
            published_at=("Published", "date"),
            title=("Title", "text"),
            publisher=("Publisher", "text"),
            sentiment=("Sentiment", "number"),
            url=("Address", "text"),
        ),
        [_SYMBOL, _limit(20)],
    ),
    "earnings": _table(
        "Earnings",
        "Reported earnings per share against estimates, newest first",
        "quotes/{symbol}/earnings",
        "history",
        _columns(
            period_end=("Quarter", "date"),
            reported_on=("Reported", "date"),
            eps_estimate=("Estimate", "number"),
            eps_actual=("Actual", "number"),
            surprise_percent=("Surprise %", "number"),
        ),
        [_SYMBOL],
    ),
    "peers": _table(
        "Peers",
        "Companies of the same industry with comparable figures",
        "quotes/{symbol}/peers",
        "peers",
        _columns(
            symbol=("Symbol", "text"),
            name=("Name", "text"),
            market_cap=("Market cap", "number"),
            currency=("Currency", "text"),
            revenue_growth=("Revenue growth %", "number"),
            operating_margin=("Operating margin %", "number"),
            net_margin=("Net margin %", "number"),
        ),
        [_SYMBOL],
    ),
    "institutions": _table(
        "Institutional holders",
        "Institutions that hold shares of one company, the largest first",
        "quotes/{symbol}/holders",
        "institutions",
        _columns(name=("Name", "text"), shares=("Shares", "number"), value=("Value", "number")),
        [_SYMBOL],
    ),
    "dividends": _table(
        "Dividends",
        "Dividends of one symbol, oldest first",
        "quotes/{symbol}/actions",
        "dividends",
        _columns(ex_date=("Ex-date", "date"), amount=("Amount", "number"), currency=("Currency", "text")),
        [_SYMBOL],
        chart=True,
    ),
    "filings": _table(
        "Filings",
        "Filings of one company with the SEC, newest first",
        "quotes/{symbol}/filings",
        "filings",
        _columns(
            filed=("Filed", "date"), form=("Form", "text"), title=("Title", "text"), url=("Address", "text")
        ),
        [_SYMBOL, _limit(20)],
    ),
    "reports": _table(
        "Research reports",
        "One's own research reports, newest first",
        "reports",
        "reports",
        _columns(
            timestamp=("Written", "date"),
            symbol=("Symbol", "text"),
            report_type=("Type", "text"),
            time_horizon=("Horizon", "text"),
            summary=("Summary", "text"),
        ),
        [_limit(20)],
    ),
}


def _place(widget: str, x: int, y: int, w: int = 20, h: int = 9) -> Item:
    params = {param["paramName"]: param["value"] for param in WIDGETS[widget]["params"]}
    return {"i": widget, "x": x, "y": y, "w": w, "h": h, "state": {"params": params}}


def _tab(name: str, layout: list[Item]) -> Item:
    return {"id": name.lower(), "name": name, "layout": layout}


_TABS: Final = (
    _tab(
        "Market",
        [
            _place("quotes", 0, 0, w=40),
            _place("price_history", 0, 9),
            _place("signals", 20, 9),
            _place("news", 0, 18, w=40),
        ],
    ),
    _tab(
        "Company",
        [
            _place("earnings", 0, 0),
            _place("peers", 20, 0),
            _place("institutions", 0, 9),
            _place("dividends", 20, 9),
            _place("filings", 0, 18, w=40),
        ],
    ),
    _tab("Reports", [_place("reports", 0, 0, w=40, h=18)]),
)

APPS: Final[Sequence[Item]] = (
    {
        "name": "Stock research",
        "img": "",
        "img_dark": "",
        "img_light": "",
        "description": "Prices, signals, news, earnings, peers, holders and filings, with their sources.",
        "allowCustomization": True,
        "tabs": {tab["id"]: tab for tab in _TABS},
        "groups": [
            {
                "name": "Group 1",
                "type": "param",
                "paramName": "symbol",
                "defaultValue": "AAPL",
                "widgetIds": [name for name, widget in WIDGETS.items() if _SYMBOL in widget["params"]],
            }
        ],
    },
)
