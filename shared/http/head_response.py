"""The response to HEAD where GET streams its body."""

from collections.abc import Mapping

from fastapi import Response


class HeadResponse(Response):
    """The headers of a body whose length is not known before it has been produced: none is stated.

    RFC 9110, 9.3.2: a header that is determined only while the body is generated may be omitted.

    Args:
        media_type: Media type of the body.
        headers: Further headers of the response to GET.
    """

    def __init__(self, media_type: str, headers: Mapping[str, str]) -> None:
        super().__init__(media_type=media_type, headers=dict(headers))
        del self.headers["Content-Length"]
