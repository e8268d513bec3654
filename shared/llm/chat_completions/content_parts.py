"""Reads the fields of a delta that hold text: typed parts, reasoning, and halves of characters."""

from collections.abc import Iterator, Mapping
from typing import Final

_TEXT_PARTS: Final = frozenset({"text", "output_text", "refusal"})
_REASONING_FIELDS: Final = (
    "reasoning_content",
    "reasoning",
    "reasoning_text",
    "reasoning_details",
    "thinking",
)


def mend_surrogates(text: str) -> str:
    """Returns the text with halves of a character joined, and replaced where the other half is missing."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def reasoning_length(delta: Mapping[str, object]) -> int:
    """Returns how many characters of reasoning a delta carries in fields of its own."""
    return sum(text_length(delta[name]) for name in _REASONING_FIELDS if delta.get(name))


def reasoning_text(delta: Mapping[str, object]) -> str:
    """Returns the reasoning of a delta; servers with several fields for it repeat the same text in each."""
    return next((text for name in _REASONING_FIELDS if isinstance(text := delta.get(name), str) and text), "")


def spoken_text(delta: Mapping[str, object]) -> object:
    """Returns what a delta says outside ``content``: a refusal, or the words of spoken audio."""
    audio = delta.get("audio")
    return delta.get("refusal") or (audio.get("transcript") if isinstance(audio, Mapping) else None)


def is_thought(delta: Mapping[str, object]) -> bool:
    """Returns whether Gemini marks the content of a delta as a thought."""
    extra = delta.get("extra_content")
    google = extra.get("google") if isinstance(extra, Mapping) else None
    return isinstance(google, Mapping) and google.get("thought") is True


def content_parts(content: object) -> Iterator[tuple[str, int]]:
    """Yields the texts of typed parts, each with the characters of what is no text for a reader.

    Args:
        content: A list of parts, or one part. What is not text is reasoning, a reference or an image.
    """
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            yield part, 0
        elif isinstance(part, int | float) and not isinstance(part, bool):
            yield str(part), 0
        elif isinstance(part, Mapping):
            text = part.get("refusal" if part.get("type") == "refusal" else "text")
            text = text.get("value") if isinstance(text, Mapping) else text
            if part.get("type", "text") in _TEXT_PARTS and isinstance(text, str):
                yield text, 0
            else:
                yield "", text_length(part)


def text_length(value: object) -> int:
    """Returns the characters of all texts in a value."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(text_length(item) for name, item in value.items() if name != "type")
    if isinstance(value, list):
        return sum(map(text_length, value))
    return 0
