"""The composition root: builds every service on first use."""

import os
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Self

from shared.app.user_services import UserServices

if TYPE_CHECKING:
    from shared.app.health_service import HealthService
    from shared.observability.otlp_export import OtlpExport


@dataclass(frozen=True)
class AppContext(UserServices):
    """The services of one worker; each is built, imported and connected on first use.

    The services are in the base classes, by area: stores, research, answers, users.
    Tests replace services: ``context.override(market_data=FakeDataManager())``.
    """

    def override(self, **services: object) -> Self:
        """Returns a copy with the given services.

        Raises:
            AttributeError: A name is not a service.
        """
        copy = type(self)(self.settings, self.clock)
        for name, service in services.items():
            if not isinstance(getattr(type(self), name, None), cached_property):
                raise AttributeError(f"AppContext has no service {name!r}")
            copy.__dict__[name] = service
        return copy

    async def aclose(self) -> None:
        """Closes the services in reverse order of creation, continuing after failures.

        Raises:
            ExceptionGroup: Services that failed to close.
        """
        failures: list[Exception] = []
        for service in reversed(tuple(self.__dict__.values())):
            close = getattr(service, "aclose", None)
            if close is None:
                continue
            try:
                await close()
            except Exception as error:  # noqa: BLE001 - collected, and raised together
                failures.append(error)
        if failures:
            raise ExceptionGroup("services failed to close", failures)

    @cached_property
    def health(self) -> "HealthService":
        """The readiness checks."""
        from shared.app.checks import build_services, readiness_checks
        from shared.app.health_service import HealthService

        return HealthService(readiness_checks(self), prepare=partial(build_services, self))

    @cached_property
    def otlp_export(self) -> "OtlpExport | None":
        """The export of metrics and traces to a collector; None where the environment asks for none."""
        from shared.observability.otlp_export import start_otlp_export

        return start_otlp_export(os.environ)
