"""Data that a report lacks, and why, before it is written in a language."""

from dataclasses import dataclass
from typing import Final

from shared.errors import ProblemError, ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderInterruptedError,
    ProviderNotCoveredError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
)
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import NotEntitledError, UpstreamTimeoutError
from shared.reports.language.writer import Writer

_CAUSES: Final[tuple[tuple[type[ProviderError], str], ...]] = (
    (ProviderNotFoundError, "unknown"),
    (ProviderNotCoveredError, "not_covered"),
    (ProviderRateLimitedError, "limited"),
    (ProviderNotEntitledError, "not_in_plan"),
    (ProviderAuthError, "refused"),
    (ProviderTimeoutError, "late"),
    (ProviderBadPayloadError, "malformed"),
    (ProviderInterruptedError, "malformed"),
)
"""Key of what a source failed with, below ``missing.causes``; other failures are ``down``."""


@dataclass(frozen=True)
class MissingData:
    """Data that a report lacks.

    Attributes:
        subject: Key of what is missing, below ``missing.subjects`` in the catalogues.
        reason: Key of the reason, below ``missing``.
        values: Values of its placeholders.
        detail: What the sources say, in English; empty when our own code knows the reason. Only reports in
            English quote it.
        causes: Each source that was asked, with the key of what it failed with; other languages name these.
    """

    subject: str
    reason: str
    values: tuple[tuple[str, str | int], ...] = ()
    detail: str = ""
    causes: tuple[tuple[str, str], ...] = ()

    def written(self, writer: Writer) -> str:
        """Returns what is missing and why: ``fundamentals: no data source has them``."""
        detailed = self.detail and writer.writes_details
        reason = self.detail if detailed else self._reason(writer)
        return writer.say(
            "missing.item", subject=writer.text(f"missing.subjects.{self.subject}"), reason=reason
        )

    def _reason(self, writer: Writer) -> str:
        """Returns the reason in the language of the writer, with the names of sources for their keys."""
        values = {
            name: _source(str(value), writer) if name == "source" else value for name, value in self.values
        }
        reason = writer.say(f"missing.{self.reason}", **values)
        if not self.causes:
            return reason
        causes = [
            writer.say(
                "missing.item", subject=_source(source, writer), reason=writer.text(f"missing.causes.{cause}")
            )
            for source, cause in self.causes
        ]
        sources = writer.text("missing.between_sources").join(causes)
        return writer.say("missing.by_source", reason=reason, sources=sources)


def _source(key: str, writer: Writer) -> str:
    return writer.word("source_names", key, key)


def missing_by(subject: str, error: ProblemError) -> MissingData:
    """Returns that data are missing because of an error."""
    kinds = (
        (NotFoundError, "not_found"),
        (NotEntitledError, "not_entitled"),
        (UpstreamTimeoutError, "upstream_timeout"),
    )
    reason = next((name for kind, name in kinds if isinstance(error, kind)), "unavailable")
    causes = tuple((cause.provider, _cause(cause)) for cause in error.causes)
    return MissingData(subject, f"errors.{reason}", detail=error.detail, causes=causes)


def _cause(error: ProviderError) -> str:
    return next((key for kind, key in _CAUSES if isinstance(error, kind)), "down")
