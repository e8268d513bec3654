"""The command line as a process: tables on a terminal, JSON in a pipe."""

import json
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.host import REPOSITORY, environment

SECONDS = 120


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a pipe."""
    command = [sys.executable, "-m", "shared", *arguments]
    environ = {**environment(folder), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def on_terminal(folder: Path, *arguments: str) -> str:
    """Runs a command on a terminal; returns what it shows, without colours."""
    leader, follower = pty.openpty()
    environ = {**environment(folder), "PYTHONPATH": str(REPOSITORY), "TERM": "xterm", "COLUMNS": "140"}
    with subprocess.Popen(
        [sys.executable, "-m", "shared", *arguments],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(follower)
        shown = b""
        try:
            while part := os.read(leader, 65536):
                shown += part
        except OSError:
            pass  # The end of a terminal is an error on Linux.
        finally:
            os.close(leader)
        assert process.wait(SECONDS) == 0, shown
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


def test_quotes_in_a_pipe_are_json(tmp_path: Path) -> None:
    ended = run(tmp_path, "quote", "AAPL", "zzzz-no")
    assert ended.returncode == 0, ended.stderr
    body = json.loads(ended.stdout)
    assert [quote["symbol"] for quote in body["quotes"]] == ["AAPL"]
    assert [error["code"] for error in body["errors"]] == ["symbol_not_found"]
    assert ended.stderr == ""


def test_quotes_on_a_terminal_are_a_table(tmp_path: Path) -> None:
    shown = on_terminal(tmp_path, "quote", "AAPL", "MSFT")
    assert "Symbol" in shown
    assert "AAPL" in shown
    assert "sample" in shown
    assert "{" not in shown


def test_answer_in_a_pipe_is_json(tmp_path: Path) -> None:
    ended = run(tmp_path, "ask", "What is the price of AAPL?")
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    assert answer["symbols"] == ["AAPL"]
    assert answer["response"]
    assert answer["figures"]["stated"] > 0


def test_answer_on_a_terminal_has_sources(tmp_path: Path) -> None:
    shown = on_terminal(tmp_path, "ask", "What is the price of AAPL?")
    assert "Kind" in shown
    assert "figures supported by the sources" in shown


def test_report_is_written_to_a_file(tmp_path: Path) -> None:
    ended = run(tmp_path, "report", "AAPL", "--type", "quick_overview", "--format", "pdf")
    assert ended.returncode == 0, ended.stderr
    written = json.loads(ended.stdout)
    assert written["format"] == "pdf"
    assert (tmp_path / written["file"]).read_bytes().startswith(b"%PDF")


def test_report_in_a_pipe_is_json_and_on_a_terminal_text(tmp_path: Path) -> None:
    report = json.loads(run(tmp_path, "report", "AAPL", "--type", "quick_overview").stdout)
    assert report["symbol"] == "AAPL"
    shown = on_terminal(tmp_path, "report", "AAPL", "--type", "quick_overview")
    assert "AAPL" in shown
    assert '"report_id"' not in shown


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("quote", "ZZZZ-NO"), 1, "symbol_not_found"),
        (("quote", "not a symbol"), 1, "invalid_symbol"),
        (
            ("report", "AAPL", "--type", "quick_overview", "--output", "missing/report.json"),
            1,
            "No such file",
        ),
        (("report", "AAPL", "--format", "doc"), 2, "invalid choice"),
        ((), 2, "usage"),
    ],
)
def test_failures_have_a_code_and_no_traceback(
    tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended = run(tmp_path, *arguments)
    assert ended.returncode == code
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("arguments", [("quote", "AAPL"), ("--help",)])
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-", "| true"])
def test_streams_that_are_closed_end_the_command_quietly(
    tmp_path: Path, arguments: tuple[str, ...], closed: str
) -> None:
    command = shlex.join([sys.executable, "-m", "shared", *arguments])
    environ = {**environment(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    ended = subprocess.run(
        # The code of the command, also where another one ends the pipe.
        ["bash", "-c", f"{command} {closed}; exit ${{PIPESTATUS[0]}}"],
        cwd=tmp_path,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr
