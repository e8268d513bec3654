"""A blueprint of HTTP functions: HEAD wherever there is GET, and endpoints that know their route template."""

from collections.abc import Callable, Sequence
from typing import Any

import azure.functions as func

ROUTE_ATTRIBUTE = "route_template"


class HttpBlueprint(func.Blueprint):
    """A blueprint whose endpoints know their route."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def route(  # type: ignore[override]  # narrower on purpose: a route is always named, with its methods
        self,
        route: str,
        *,
        methods: Sequence[str],
        auth_level: func.AuthLevel | None = None,
    ) -> Callable[..., Any]:
        """Registers an endpoint.

        Args:
            route: Route template below the prefix, such as ``quotes/{symbol}``.
            methods: HTTP methods; GET brings HEAD with it, whose response has no body.
            auth_level: Who may call it; None for the level of the app.
        """
        if "GET" in methods and "HEAD" not in methods:
            methods = [*methods, "HEAD"]
        register = super().route(route, methods=methods, auth_level=auth_level)

        def decorate(endpoint: Callable[..., Any]) -> Any:  # noqa: ANN401 - the library's builder
            setattr(endpoint, ROUTE_ATTRIBUTE, f"/{route}")
            return register(endpoint)

        return decorate
