"""A stand-in for the SEC's data service."""

import gzip
import time
from collections.abc import Mapping

from tests.support.stub_server import StubHandler, StubServer, handler_of


class EdgarStub(StubServer):
    """The server; documents it does not have are 404, as XML.

    Attributes:
        documents: Bodies by path.
        status: Answered instead of any document, when set.
        seconds: What every answer takes.
        requests: The requested paths.
        headers: The header fields of the last request.
        not_modified: Answers to conditional requests that nothing had changed.
    """

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.status: int | None = None
        self.seconds = 0.0
        self.requests: list[str] = []
        self.headers: Mapping[str, str] = {}
        self.not_modified = 0
        super().__init__(handler_of(self, _Handler))

    def add_company(self, cik: int, *, submissions: bytes, facts: bytes | None = None) -> None:
        """Adds the documents of a company."""
        self.documents[f"/submissions/CIK{cik:010d}.json"] = submissions
        if facts is not None:
            self.documents[f"/api/xbrl/companyfacts/CIK{cik:010d}.json"] = facts


class _Handler(StubHandler):
    owner: EdgarStub

    def do_GET(self) -> None:
        self.owner.requests.append(self.path)
        self.owner.headers = {name.lower(): value for name, value in self.headers.items()}
        time.sleep(self.owner.seconds)
        body = self.owner.documents.get(self.path)
        if self.owner.status is not None:
            self.respond(self.owner.status, "<html>Request Rate Threshold Exceeded</html>")
        elif body is None:
            self.respond(404, "<Error><Code>NoSuchKey</Code></Error>")
        elif self.headers.get("If-None-Match") == _etag(body):
            self.owner.not_modified += 1
            self.respond(304, "")
        else:
            headers = {"Content-Type": "application/json", "ETag": _etag(body), "Content-Encoding": "gzip"}
            self.respond(200, gzip.compress(body, 1), headers)


def _etag(body: bytes) -> str:
    return f'"{hash(body)}"'
