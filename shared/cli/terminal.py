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
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, get_args

from shared.app.context import AppContext
from shared.chat.answer import whole_answer
from shared.chat.query import ChatQuery, question_text
from shared.cli.output import Output, open_output
from shared.cli.service_session import OWNER, ServiceSession, load_settings
from shared.domain.symbols import normalise_symbol, valid_symbols
from shared.errors import ConfigurationError, ProblemError
from shared.market.answers import symbol_errors
from shared.reports.jobs import ReportJob
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
        # Now, where a reader that has left is expected; at the end of Python it would be an error.
        sys.stdout.flush()
    except ConfigurationError as error:
        output.fail("configuration", str(error))
        return 2
    except ProblemError as error:
        output.fail(error.code, error.detail)
        return 1
    except BrokenPipeError:
        # The reader has what it wanted.
        end_output()
        return 0
    except OSError as error:
        output.fail("file", f"{error.filename or 'output'}: {error.strerror}")
        end_output()
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def end_output() -> None:
    """Sends what cannot be written to nowhere; Python would try again at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ask(session: ServiceSession, options: argparse.Namespace, output: Output) -> None:
    symbols = tuple(map(normalise_symbol, options.symbol))
    query = ChatQuery(question_text(" ".join(options.question)), OWNER, symbols=symbols)
    if output.is_terminal:
        for event in session.iterate(lambda app: app.agent.process_query_streaming(query)):
            output.chat_event(event)
    else:
        output.json(session.run(lambda app: whole_answer(app.agent.process_query_streaming(query))))


def _quote(session: ServiceSession, options: argparse.Namespace, output: Output) -> None:
    written = [symbol for listed in options.symbols for symbol in listed.split(",")]
    symbols, malformed = valid_symbols(written, len(written))
    result = session.run(lambda app: app.market_data.quotes(symbols))
    failures = {**malformed, **result.errors}
    if not result.answers:
        raise next(iter(failures.values()))
    output.quotes([json.loads(answer.body) for answer in result.answers], symbol_errors(failures))


def _report(session: ServiceSession, options: argparse.Namespace, output: Output) -> None:
    request = ReportRequest(
        normalise_symbol(options.symbol), options.type, options.horizon, options.provider, options.refresh
    )

    async def start(app: AppContext) -> ReportJob:
        return app.reports.start(request)

    # Started once: a second start after the end would write another report.
    job = session.run(start)
    with output.progress(f"Report on {request.symbol}") as advance:
        for step in session.iterate(lambda _: job.progress()):
            advance(step)
        stored = session.run(lambda _: job.result())
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
    ask.add_argument("question", nargs="+", metavar="QUESTION", help="also without quotation marks")
    ask.add_argument("--symbol", action="append", default=[], help="a symbol that the question is about")
    ask.set_defaults(run=_ask)
    quote = commands.add_parser("quote", help="show current prices")
    quote.add_argument("symbols", nargs="+", metavar="SYMBOL")
    quote.set_defaults(run=_quote)
    report = commands.add_parser("report", help="write a research report")
    report.add_argument("symbol", metavar="SYMBOL")
    _add_choice(report, "--format", tuple(_EXTENSIONS))
    report.add_argument("--output", type=Path, metavar="FILE", help="default: a name from symbol and day")
    _add_choice(report, "--type", get_args(ReportType), "comprehensive_analysis")
    _add_choice(report, "--horizon", get_args(TimeHorizon), "medium_term")
    report.add_argument("--provider", help="model provider of the prose")
    report.add_argument("--refresh", action="store_true", help="write a new one although a fresh one exists")
    report.set_defaults(run=_report)
    return parser


def _add_choice(
    parser: argparse.ArgumentParser, option: str, choices: Sequence[str], default: str | None = None
) -> None:
    """Adds an option with named values; they are listed in its help, which is wrapped, not in the usage."""
    listed = ", ".join(f"{choice} (default)" if choice == default else choice for choice in choices)
    parser.add_argument(
        option, choices=choices, default=default, metavar=option.strip("-").upper(), help=listed
    )
