"""The command line for people and scripts.

::

    python -m shared ask "Latest news on AAPL"
    python -m shared quote AAPL MSFT
    python -m shared report AAPL --format pdf

On a terminal it shows tables and progress; in a pipe it writes JSON. Exit codes: 0 done, 1 failed, 2 the
command or the configuration is wrong, 130 interrupted.
"""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, get_args

from shared.chat.answer import whole_answer
from shared.chat.query import ChatQuery
from shared.cli.output import Output, open_output
from shared.cli.service_session import OWNER, ServiceSession, load_settings
from shared.domain.symbols import normalise_symbol
from shared.errors import ConfigurationError, ProblemError
from shared.reports.request import ReportRequest, ReportType, TimeHorizon
from shared.reports.selection import file_name

ReportForm = Literal["json", "markdown", "html", "pdf", "xlsx"]

_EXTENSIONS: Final[dict[ReportForm, str]] = {
    "json": "json",
    "markdown": "md",
    "html": "html",
    "pdf": "pdf",
    "xlsx": "xlsx",
}
_SHOWN: Final = ("json", "markdown")
"""Formats that are shown; others are written to a file."""
INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    # The answer says what is stale or missing; records are for operators.
    logging.disable(logging.ERROR)
    output = open_output(sys.stdout, sys.stderr)
    try:
        with ServiceSession(load_settings()) as session:
            options.run(session, options, output)
    except ConfigurationError as error:
        output.fail("configuration", str(error))
        return 2
    except ProblemError as error:
        output.fail(error.code, error.detail)
        return 1
    except OSError as error:
        output.fail("file", f"{error.filename}: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _ask(session: ServiceSession, options: argparse.Namespace, output: Output) -> None:
    query = ChatQuery(options.question, OWNER, symbols=tuple(map(normalise_symbol, options.symbol)))
    if output.is_terminal:
        for event in session.iterate(lambda app: app.agent.process_query_streaming(query)):
            output.chat_event(event)
    else:
        output.json(session.run(lambda app: whole_answer(app.agent.process_query_streaming(query))))


def _quote(session: ServiceSession, options: argparse.Namespace, output: Output) -> None:
    result = session.run(lambda app: app.market_data.quotes(options.symbols))
    if not result.answers:
        raise next(iter(result.errors.values()))
    errors = [
        {"symbol": symbol, "code": error.code, "detail": error.detail}
        for symbol, error in result.errors.items()
    ]
    output.quotes([json.loads(answer.body) for answer in result.answers], errors)


def _report(session: ServiceSession, options: argparse.Namespace, output: Output) -> None:
    request = ReportRequest(
        normalise_symbol(options.symbol), options.type, options.horizon, options.provider, options.refresh
    )
    with output.progress(f"Report on {request.symbol}") as advance:
        for step in session.iterate(lambda app: app.reports.start(request).progress()):
            advance(step)
        stored = session.run(lambda app: app.reports.start(request).result())
    form: ReportForm = options.format or ("markdown" if output.is_terminal else "json")
    body = stored.body
    if form != "json":
        body = session.run(lambda app: app.report_archive.render(stored.report_id, form)).body
    if options.output is None and form in _SHOWN:
        output.report(stored.report_id, json.loads(body) if form == "json" else body.decode())
        return
    path = options.output or Path(file_name(stored.body, _EXTENSIONS[form]))
    path.write_bytes(body)
    output.written(stored.report_id, form, path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shared", description="Quotes, answers and research reports. In a pipe: JSON."
    )
    commands = parser.add_subparsers(required=True, metavar="ask|quote|report")
    ask = commands.add_parser("ask", help="answer a question from current data")
    ask.add_argument("question")
    ask.add_argument("--symbol", action="append", default=[], help="a symbol that the question is about")
    ask.set_defaults(run=_ask)
    quote = commands.add_parser("quote", help="show current prices")
    quote.add_argument("symbols", nargs="+", metavar="SYMBOL")
    quote.set_defaults(run=_quote)
    report = commands.add_parser("report", help="write a research report")
    report.add_argument("symbol", metavar="SYMBOL")
    report.add_argument("--format", choices=tuple(_EXTENSIONS))
    report.add_argument("--output", type=Path, metavar="FILE", help="default: a name from symbol and day")
    report.add_argument("--type", choices=get_args(ReportType), default="comprehensive_analysis")
    report.add_argument("--horizon", choices=get_args(TimeHorizon), default="medium_term")
    report.add_argument("--provider", help="model provider of the prose")
    report.add_argument("--refresh", action="store_true", help="write a new one although a fresh one exists")
    report.set_defaults(run=_report)
    return parser
