"""Lists of entity tags in requests, by RFC 9110."""

import pytest

from shared.errors.request_errors import InvalidRequestError
from shared.http.preconditions import EntityTags, read_entity_tags
from tests.support.http import make_request


def tags_in(value: str) -> EntityTags | None:
    return read_entity_tags(make_request(headers={"If-Match": value}), "If-Match")


def test_without_the_header_there_is_no_precondition() -> None:
    assert read_entity_tags(make_request(), "If-Match") is None


@pytest.mark.parametrize(
    ("value", "strongly", "weakly"),
    [
        ('"v1"', True, True),
        ('W/"v1"', False, True),
        ('"other",W/"v1"', False, True),
        (' "a,b" ,, "v1" ', True, True),
        ('"v1,v2"', False, False),
        ('""', False, False),
        ("*", True, True),
    ],
)
def test_tag_is_compared_strongly_and_weakly(value: str, strongly: bool, weakly: bool) -> None:
    tags = tags_in(value)
    assert tags is not None
    assert (tags.match_strongly('"v1"'), tags.match_weakly('"v1"')) == (strongly, weakly)


def test_header_may_be_repeated() -> None:
    request = make_request(headers={"If-Match": '"v0"'})
    request.scope["headers"].append((b"if-match", b'"v1"'))
    assert read_entity_tags(request, "If-Match") == EntityTags(frozenset({'"v0"', '"v1"'}))


@pytest.mark.parametrize("value", ["", "v1", '"v1', 'w/"v1"', '"v1" "v2"', '*, "v1"', '"a b"', ","])
def test_what_is_no_list_of_tags_is_refused(value: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        tags_in(value)
    assert [error.field for error in caught.value.errors] == ["If-Match"]
