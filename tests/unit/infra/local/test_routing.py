"""Routes match as the host matches them."""

import pytest

from infra.local.indexing import HttpFunction, IndexingError
from infra.local.routing import Router


def function(name: str, route: str, *methods: str) -> HttpFunction:
    return HttpFunction(
        name, route, methods or ("GET",), "anonymous", lambda req: req, "req", wants_context=False
    )


def match(route: str, path: str, *, prefix: str = "api") -> dict[str, str] | None:
    found = Router([function("one", route)], prefix).match("GET", path)
    return None if found is None else found[1]


@pytest.mark.parametrize(
    ("route", "path", "params"),
    [
        ("quotes", "/api/quotes", {}),
        ("quotes", "/API/Quotes/", {}),
        ("quotes", "/api/quo%74es", {}),
        ("quotes", "/api/quotes/AAPL", None),
        ("quotes", "/quotes", None),
        ("quotes/{symbol}", "/api/quotes/BRK-B", {"symbol": "BRK-B"}),
        ("quotes/{symbol}", "/api/quotes/%5EGSPC", {"symbol": "^GSPC"}),
        ("quotes/{symbol}", "/api/quotes/a%20b%C3%A9", {"symbol": "a bé"}),
        ("quotes/{symbol}", "/api/quotes/A%2FB", {"symbol": "A%2FB"}),
        ("quotes/{symbol}", "/api/quotes/A%2fB", {"symbol": "A%2fB"}),
        ("quotes/{symbol}", "/api/quotes/", None),
        ("quotes/{symbol}/news", "/api/quotes/A/news", {"symbol": "A"}),
        ("quotes/{symbol}/news", "/api/quotes/A/b/news", None),
        ("page/{number?}", "/api/page", {}),
        ("page/{number?}", "/api/page/2", {"number": "2"}),
        ("{*rest}", "/api/a/b%2Fc", {"rest": "a/b%2Fc"}),
        ("{*rest}", "/api", {}),
        ("files/{*rest}", "/api/files", {}),
        ("{id:int}", "/api/12", {"id": "12"}),
        ("{id:int}", "/api/x", None),
        (
            "{id:guid}",
            "/api/0B0F6E0C-97F5-4C1B-8E5A-1B2C3D4E5F60",
            {"id": "0B0F6E0C-97F5-4C1B-8E5A-1B2C3D4E5F60"},
        ),
        ("a.b+c", "/api/a.b+c", {}),
        ("a.b", "/api/axb", None),
    ],
)
def test_matching(route: str, path: str, params: dict[str, str] | None) -> None:
    assert match(route, path) == params


def test_empty_prefix() -> None:
    assert match("quotes", "/quotes", prefix="") == {}
    assert match("{*rest}", "/", prefix="") == {}


def test_first_by_name_wins_though_another_is_more_specific() -> None:
    router = Router([function("a", "{*rest}"), function("b", "quotes")], "api")
    found = router.match("GET", "/api/quotes")
    assert found is not None
    assert found[0].name == "a"


def test_wrong_method_leaves_it_to_the_next_route() -> None:
    router = Router([function("a", "quotes", "POST"), function("b", "{*rest}", "PUT")], "api")
    found = router.match("PUT", "/api/quotes")
    assert found is not None
    assert found[0].name == "b"
    assert router.match("GET", "/api/quotes") is None
    assert router.match("HEAD", "/api/quotes") is None


def test_function_without_methods_takes_all() -> None:
    every = HttpFunction("a", "a", (), "anonymous", lambda req: req, "req", wants_context=False)
    assert Router([every], "api").match("OPTIONS", "/api/a") is not None


@pytest.mark.parametrize("route", ["{a}.{b}", "x{a}", "{a:regex(b)}", "{a:nothing}", "{a}/{a}", "{", "{1a}"])
def test_templates_beyond_this_are_refused(route: str) -> None:
    with pytest.raises(IndexingError, match="cannot load the one function"):
        Router([function("one", route)], "api")
