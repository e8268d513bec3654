"""The table of all settings in the documentation: ``make config-table`` writes it."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any, get_args

from shared.config.layers import dotted, read_file
from shared.config.names import Environment
from shared.config.variables import CONTROLS, SettingKey, Variable, settings_variables

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "docs" / "configuration.md",)

_MARKERS = re.compile(r"(<!-- settings:begin -->\n).*?(<!-- settings:end -->)", re.DOTALL)


def table() -> str:
    """The table as Markdown: the variables that are no setting first, then every setting."""
    rows = [("variable", "key", "default", "secret", "what"), ("---",) * 5]
    rows += [(f"`{control.variable}`", "", control.default, "", control.description) for control in CONTROLS]
    variables = settings_variables()
    defaults = _defaults(variables)
    for variable in variables:
        secret = "yes" if variable.env.secret else ""
        rows.append(
            (
                f"`{variable.env.variable}`",
                f"`{dotted(variable.key)}`",
                defaults[variable.key],
                secret,
                variable.description,
            )
        )
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def with_table(document: str) -> str:
    """A document with the table between its markers; without markers, as it is."""
    return _MARKERS.sub(lambda match: match[1] + table() + match[2], document)


def _defaults(variables: tuple[Variable, ...]) -> dict[SettingKey, str]:
    mistakes: list[str] = []
    base = read_file(ROOT / "config" / "config.yaml", variables, mistakes)
    overlays: dict[SettingKey, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for environment in get_args(Environment):
        overlay = read_file(ROOT / "config" / f"config.{environment}.yaml", variables, mistakes)
        for key, value in overlay.items():
            overlays[key][_written(value.raw)].append(environment)
    if mistakes:
        raise ValueError("; ".join(mistakes))
    texts = {}
    for variable in variables:
        others = [f"{', '.join(where)}: {text}" for text, where in overlays[variable.key].items()]
        texts[variable.key] = "; ".join(filter(None, [_written(base[variable.key].raw), *others]))
    return texts


def _written(raw: Any) -> str:
    if raw is None or raw == []:
        return ""
    if isinstance(raw, list):
        return f"`{','.join(raw)}`"
    return f"`{str(raw).lower() if isinstance(raw, bool) else raw}`"


def main() -> None:
    """Writes the table into the documents."""
    for path in DOCUMENTS:
        path.write_text(with_table(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
