"""Preconditions of requests: lists of entity tags, and how they are compared (RFC 9110, 8.8.3 and 13.1)."""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError

_TAG: Final = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_ENTITY_TAG: Final = re.compile(_TAG)
_LIST: Final = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_ANY: Final = "*"
_WEAK: Final = "W/"


@dataclass(frozen=True)
class EntityTags:
    """The value of ``If-Match`` or ``If-None-Match``.

    Attributes:
        tags: The tags as the client wrote them, with quotes and ``W/``.
        every: Whether the value is ``*``, which matches every tag.
    """

    tags: frozenset[str] = frozenset()
    every: bool = False

    def match_strongly(self, tag: str) -> bool:
        """Returns whether a strong tag is among them; a weak one never equals it (``If-Match``)."""
        return self.every or tag in self.tags

    def match_weakly(self, tag: str) -> bool:
        """Returns whether a strong tag is among them, strong or weak (``If-None-Match``)."""
        return self.every or not self.tags.isdisjoint((tag, _WEAK + tag))


def read_entity_tags(req: Request, header: str) -> EntityTags | None:
    """Returns the entity tags in a header, repeated or not; None without the header.

    Raises:
        InvalidRequestError: The value is neither ``*`` nor a list of entity tags.
    """
    values = req.headers.getlist(header)
    if not values:
        return None
    given = ",".join(values).strip(" \t")
    if given == _ANY:
        return EntityTags(every=True)
    if not _LIST.fullmatch(given):
        message = 'must be the ETag of an earlier response, such as "v3", several of them, or *'
        raise InvalidRequestError(f"{header} {message}.", errors=[FieldError(header, message)])
    return EntityTags(frozenset(_ENTITY_TAG.findall(given)))
