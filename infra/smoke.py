#!/usr/bin/env python3
"""Requests each part of a running service and reports what fails.

::

    FUNCTION_KEY=… python infra/smoke.py https://<app>.azurewebsites.net

Needs Python and httpx. ``FUNCTION_KEY`` is a function key of the host; ``API_TOKEN`` a bearer token, where
callers sign in with Entra ID. Neither is printed.

Exit codes: 0 all checks passed, 1 a check failed, 2 wrong arguments.
"""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import httpx

SYMBOL: Final = "AAPL"
TIMEOUT: Final = httpx.Timeout(30.0, read=240.0)
"""Seconds; a report is written while the client waits."""


class CheckError(Exception):
    """A check failed; the message says what was wrong."""


def check_health(api: httpx.Client) -> str:
    """Checks that the worker is alive."""
    body = _json(api.get("health"))
    _expect(body.get("status") == "healthy", f"status is {body.get('status')!r}")
    return f"{body.get('environment')}, version {body.get('version')}"


def check_ready(api: httpx.Client) -> str:
    """Checks that the service is ready; reports degraded parts."""
    response = api.get("health/ready")
    body = _json(response, 200, 503)
    checks = body.get("checks") or {}
    unhealthy = {name: check for name, check in checks.items() if check.get("status") != "healthy"}
    degraded = "; ".join(
        f"{name} is {check.get('status')}: {check.get('detail')}" for name, check in unhealthy.items()
    )
    _expect(response.status_code == 200, degraded or "it answers 503")
    _expect(bool(checks), "it names no checks")
    return degraded or f"{', '.join(checks)} are healthy"


def check_quote(api: httpx.Client) -> str:
    """Checks that a quote has a price, a source and its time."""
    quote = _json(api.get(f"quotes/{SYMBOL}"))
    _expect(quote.get("symbol") == SYMBOL, f"it is of {quote.get('symbol')!r}")
    _expect(_positive(quote.get("price")), f"the price is {quote.get('price')!r}")
    _expect(all(quote.get(name) for name in ("source", "as_of", "fetched_at")), "it does not say where from")
    return f"{quote['price']} {quote.get('currency')} from {quote['source']}"


def check_batch(api: httpx.Client) -> str:
    """Checks that quotes have the requested order, and that unknown symbols are errors."""
    body = _json(api.get("quotes", params={"symbols": f"MSFT,{SYMBOL},ZZZZZZZ"}))
    symbols = [quote.get("symbol") for quote in body.get("quotes", [])]
    _expect(symbols == ["MSFT", SYMBOL], f"asked for MSFT and {SYMBOL}, got {symbols}")
    unknown = [error.get("symbol") for error in body.get("errors", [])]
    _expect(unknown == ["ZZZZZZZ"], f"asked for ZZZZZZZ, which is not; errors are for {unknown}")
    return ", ".join(symbols)


def check_history(api: httpx.Client) -> str:
    """Candles are sorted oldest first and consistent."""
    body = _json(api.get(f"quotes/{SYMBOL}/history", params={"period": "1mo", "interval": "1d"}))
    candles = body.get("candles", [])
    _expect(len(candles) >= 10, f"a month has {len(candles)} candles")
    times = [candle["timestamp"] for candle in candles]
    _expect(times == sorted(times), "they are not sorted by time")
    _expect(all(candle["low"] <= candle["high"] for candle in candles), "a low is above its high")
    return f"{len(candles)} candles"


def check_chat(api: httpx.Client) -> str:
    """Checks that a chat streams meta, then sources and text, then done, then [DONE]."""
    message = {"message": f"How is {SYMBOL} doing? One sentence."}
    with api.stream("POST", "chat/stream", json=message) as response:
        if response.status_code != 200:
            response.read()
            raise CheckError(_refusal(response))
        kind = response.headers.get("content-type", "")
        _expect(kind.startswith("text/event-stream"), f"it answers {kind or 'no content type'}")
        frames = list(_frames(response))
    return _checked_frames(frames)


def check_report(api: httpx.Client) -> str:
    """Checks that a report is created or found, and can be read as Markdown."""
    wanted = {"symbol": SYMBOL, "report_type": "quick_overview"}
    report = _json(api.post("reports", json=wanted), 200, 201)
    _expect(bool(report.get("report_id")), "it has no report_id")
    action = (report.get("recommendation") or {}).get("action")
    _expect(bool(action), "it recommends nothing")
    text = api.get(f"reports/{report['report_id']}", params={"format": "markdown"})
    _expect(text.status_code == 200 and text.text.startswith("#"), "it cannot be read as Markdown")
    return f"{report['report_id']}: {action}"


CHECKS: Final[tuple[Callable[[httpx.Client], str], ...]] = (
    check_health,
    check_ready,
    check_quote,
    check_batch,
    check_history,
    check_chat,
    check_report,
)


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Runs every check and prints a line for each; gives the exit code."""
    parser = argparse.ArgumentParser(prog="smoke.py", description="Checks a running service.")
    parser.add_argument("base_url", help="https://<app>.azurewebsites.net, or http://localhost:7071")
    options = parser.parse_args(arguments)
    base_url = re.sub(r"(/api)?/*$", "", options.base_url)
    if not base_url.startswith(("http://", "https://")):
        parser.error("the address must begin with https:// (or http://)")
    with httpx.Client(base_url=f"{base_url}/api/", headers=_headers(environ), timeout=TIMEOUT) as api:
        failed = [check.__name__ for check in CHECKS if not _passes(check, api)]
    print(f"{len(CHECKS) - len(failed)} of {len(CHECKS)} checks passed")
    return 1 if failed else 0


def _passes(check: Callable[[httpx.Client], str], api: httpx.Client) -> bool:
    name = check.__name__.removeprefix("check_")
    started = time.perf_counter()
    try:
        result = check(api)
    except CheckError as error:
        print(f"FAILED {name}: {error}", flush=True)
    except httpx.HTTPError as error:
        print(f"FAILED {name}: {type(error).__name__}: {error}", flush=True)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        print(f"FAILED {name}: the answer is not of the contract's form ({error!r})", flush=True)
    else:
        print(f"ok     {name}: {result} ({time.perf_counter() - started:.1f} s)", flush=True)
        return True
    return False


def _headers(environ: Mapping[str, str]) -> dict[str, str]:
    headers = {"User-Agent": "stock-research-smoke"}
    if key := environ.get("FUNCTION_KEY", "").strip():
        headers["x-functions-key"] = key
    if token := environ.get("API_TOKEN", "").strip():
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _frames(response: httpx.Response) -> Iterator[str]:
    for line in response.iter_lines():
        if line.startswith("data: "):
            yield line.removeprefix("data: ")


def _checked_frames(frames: Sequence[str]) -> str:
    _expect(len(frames) > 0, "the stream is empty")
    _expect(frames[-1] == "[DONE]", "the stream does not end with [DONE]")
    bodies: list[dict[str, Any]] = [json.loads(frame) for frame in frames[:-1]]
    kinds = [body.get("event", "chunk" if "chunk" in body else "?") for body in bodies]
    errors = [body.get("error") for body in bodies if body.get("event") == "error"]
    _expect(not errors, f"the model failed: {errors}")
    _expect(kinds[:1] == ["meta"], f"it begins with {kinds[:1]}, not with meta")
    _expect(kinds[-1:] == ["done"], f"it ends with {kinds[-1:]}, not with done")
    between = set(kinds[1:-1])
    _expect(
        between <= {"sources", "tool", "chunk", "figure"},
        f"unknown or misplaced frames among {sorted(between)}",
    )
    _expect("chunk" in between, "there is no text in it")
    text = "".join(body.get("chunk", "") for body in bodies)
    return f"{len(text)} characters by {bodies[0].get('provider')}"


def _json(response: httpx.Response, *statuses: int) -> dict[str, Any]:
    if response.status_code not in (statuses or (200,)):
        raise CheckError(_refusal(response))
    body = response.json()
    if not isinstance(body, dict):
        raise CheckError("the answer is no JSON object")
    return body


def _refusal(response: httpx.Response) -> str:
    try:
        problem = response.json()
        return f"HTTP {response.status_code} {problem['code']}: {problem['detail']}"
    except (KeyError, TypeError, ValueError):
        return f"HTTP {response.status_code}"


def _expect(condition: bool, otherwise: str) -> None:
    if not condition:
        raise CheckError(otherwise)


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
