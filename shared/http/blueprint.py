"""A blueprint of HTTP functions: HEAD wherever there is GET, and endpoints that know their route template."""

from collections.abc import Callable, Sequence
from typing import Any

import azure.functions as func

ROUTE_ATTRIBUTE = "route_template"


class HttpBlueprint(func.Blueprint):  # type: ignore[misc]
    """A blueprint whose endpoints know their route."""

    def route(self, route: str, *, methods: Sequence[str], **options: Any) -> Callable[..., Any]:  # noqa: ANN401 - the library's
        """Registers an endpoint.

        Args:
            route: Route template below the prefix, such as ``quotes/{symbol}``.
            methods: HTTP methods; GET brings HEAD with it, whose response has no body.
            options: Further options of :meth:`azure.functions.Blueprint.route`.
        """
        if "GET" in methods and "HEAD" not in methods:
            methods = [*methods, "HEAD"]
        register = super().route(route, methods=methods, **options)

        def decorate(endpoint: Callable[..., Any]) -> Any:  # noqa: ANN401 - the library's
            setattr(endpoint, ROUTE_ATTRIBUTE, f"/{route}")
            return register(endpoint)

        return decorate
