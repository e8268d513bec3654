"""The colours of charts are distinct from their ground (WCAG 2.2, 1.4.3 and 1.4.11)."""

import pytest

from shared.reports.rendering.palette import DARK, LIGHT

GROUND = {"light": "#ffffff", "dark": "#12161c"}
BACKGROUND = {"grid", "volume", "axis"}


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("colours", "ground"), [(LIGHT, GROUND["light"]), (DARK, GROUND["dark"])])
def test_lines_and_text_stand_out(colours: dict[str, str], ground: str) -> None:
    assert contrast(colours["text"], ground) >= 4.5
    for name in colours.keys() - BACKGROUND:
        assert contrast(colours[name], ground) >= 3, name


def test_each_colour_is_one_of_a_kind_and_has_its_counterpart() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert len(set(LIGHT.values())) == len(LIGHT)
