"""A stand-in for the ECB's data service: every currency is worth half a euro, on working days."""

import re
import time
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from tests.support.stub_server import StubHandler, StubServer, handler_of

_PATH = re.compile(r"/service/data/EXR/D\.([A-Z+]+)\.EUR\.SP00\.A")
_HEADER = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE"


class EcbStub(StubServer):
    """The server.

    Attributes:
        status: Responded instead of rates, with HTML, when set.
        seconds: What every response takes.
    """

    def __init__(self) -> None:
        self.status: int | None = None
        self.seconds = 0.0
        super().__init__(handler_of(self, _Handler))


class _Handler(StubHandler):
    owner: EcbStub

    def do_GET(self) -> None:
        time.sleep(self.owner.seconds)
        address = urlsplit(self.path)
        asked = _PATH.fullmatch(address.path)
        if self.owner.status is not None or asked is None:
            self.respond(self.owner.status or 404, "<html>Service Unavailable</html>")
            return
        query = parse_qs(address.query)
        first, last = (date.fromisoformat(query[name][0]) for name in ("startPeriod", "endPeriod"))
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        rows = [
            f"EXR.D.{currency}.EUR.SP00.A,D,{currency},EUR,SP00,A,{day},2.0"
            for currency in asked[1].split("+")
            for day in days
            if day.weekday() < 5
        ]
        self.respond(200, "\r\n".join((_HEADER, *rows)), {"Content-Type": "text/csv"})
