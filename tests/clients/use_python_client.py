"""Calls the running service with the client that openapi-python-client generates.

Usage: ``python use_python_client.py BASE_URL``, with the generated package ``stock_client`` on the path.
"""

import json
import sys

from stock_client import Client
from stock_client.api.chat import chat, chat_stream
from stock_client.api.quotes import quote, quotes
from stock_client.api.reports import create_report
from stock_client.models import (
    ChatAnswer,
    ChatRequest,
    ChatStreamRequest,
    ChunkFrame,
    Problem,
    Quote,
    QuoteList,
    Report,
    ReportRequest,
    ReportType,
)


def main(base_url: str) -> None:
    """Calls what the types describe; an assertion fails where they are wrong."""
    client = Client(base_url=base_url)
    one = quote.sync("AAPL", client=client)
    assert isinstance(one, Quote)
    price: float = one.price
    assert price > 0
    unknown = quote.sync("ZZZZ", client=client)
    assert isinstance(unknown, Problem)
    assert unknown.code == "symbol_not_found"
    many = quotes.sync(client=client, symbols=["AAPL", "MSFT"])
    assert isinstance(many, QuoteList)
    assert [item.symbol for item in many.quotes] == ["AAPL", "MSFT"]
    answer = chat.sync(client=client, body=ChatRequest(message="How is AAPL doing?"))
    assert isinstance(answer, ChatAnswer)
    assert answer.response
    # The generator has no streams: its request and its frames serve with the client's own connection.
    request = chat_stream._get_kwargs(body=ChatStreamRequest(message="How is AAPL doing?"))
    with client.get_httpx_client().stream(**request) as response:
        lines = [line.removeprefix("data: ") for line in response.iter_lines() if '"chunk"' in line]
    assert "".join(ChunkFrame.from_dict(json.loads(line)).chunk for line in lines)
    wanted = ReportRequest(symbol="AAPL", report_type=ReportType.QUICK_OVERVIEW)
    report = create_report.sync(client=client, body=wanted)
    assert isinstance(report, Report)


if __name__ == "__main__":
    main(sys.argv[1])
