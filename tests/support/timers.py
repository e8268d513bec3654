"""Runs the timer functions of blueprints with services that replace those of the app."""

from types import SimpleNamespace
from typing import Any, cast

from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.config.settings import Settings


async def fire(timer: Any, **services: object) -> None:
    """Runs a timer once.

    Args:
        timer: The function, as the worker finds it.
        services: The services of the app context that it calls, by name.
    """
    contexts.use(AppContext(cast(Settings, SimpleNamespace())).override(**services))
    try:
        await timer.get_user_function()(SimpleNamespace(past_due=False))
    finally:
        contexts.use(None)
