"""The table of models' end dates in docs/model-routing.md: ``make config-table`` writes it."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "model-routing.md"

_TABLE = ROOT / "shared" / "llm" / "model_end_dates.json"
_MARKERS = re.compile(r"(<!-- model-ends:begin -->\n).*?(<!-- model-ends:end -->)", re.DOTALL)


def table() -> str:
    """Returns the table as Markdown, sorted by provider and end, with sources below it."""
    content = json.loads(_TABLE.read_text("utf-8"))
    rows = [("provider", "model", "version", "ends", "use instead"), ("---",) * 5]
    rows += [
        (
            f"`{entry['provider']}`",
            f"`{entry['model']}`",
            entry.get("version", "all"),
            entry["ends"],
            f"`{entry['replacement']}`" if "replacement" in entry else "",
        )
        for entry in sorted(content["models"], key=lambda entry: (entry["provider"], entry["ends"]))
    ]
    sources = "; ".join(
        f"`{provider}`: <{source['url']}>, read {source['read']}"
        for provider, source in content["sources"].items()
    )
    return "".join(f"| {' | '.join(row)} |\n" for row in rows) + f"\nSources: {sources}.\n"


def with_table(document: str) -> str:
    """Returns the document with the table between its markers."""
    return _MARKERS.sub(lambda match: match[1] + table() + match[2], document)


def main() -> None:
    """Writes the table into the document."""
    DOCUMENT.write_text(with_table(DOCUMENT.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
