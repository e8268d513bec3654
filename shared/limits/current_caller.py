"""The caller of the request that is being served."""

from shared.domain.caller import Caller
from shared.observability.telemetry import bound_scope


def current_caller() -> Caller | None:
    """Returns the caller of the current request; None in a timer or outside of any request."""
    scope = bound_scope()
    return None if scope is None or scope.caller is None else scope.caller()
