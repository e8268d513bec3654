"""Prepares SVG of matplotlib for a page under a strict content security policy."""

from typing import Final
from xml.etree import ElementTree as ET

_SVG: Final = "{http://www.w3.org/2000/svg}"
_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_DROPPED: Final = frozenset({"metadata", "style"})


def tidy_svg(written: str) -> str:
    """Returns the drawing without declarations, metadata and style sheets.

    Styles become attributes, since the policy allows none in elements; names of groups go, since a page has
    several drawings; text is left to the page's font, or to Noto Sans.
    """
    # The SVG comes from matplotlib, not from a third party.
    root = ET.fromstring(written)  # noqa: S314
    _tidy(root)
    del root.attrib["width"], root.attrib["height"]
    root.attrib |= {
        "xmlns": "http://www.w3.org/2000/svg",
        "font-family": "Noto Sans",
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
    }
    return ET.tostring(root, encoding="unicode")


def _tidy(element: ET.Element) -> None:
    element.tag = element.tag.removeprefix(_SVG)
    element.text, element.tail = _kept(element.text), _kept(element.tail)
    if element.tag == "g":
        element.attrib.pop("id", None)
    if target := element.attrib.pop(_LINK, None):
        element.set("href", target)
    for name, value in _declarations(element.attrib.pop("style", "")):
        if name != "font-family":
            element.set(name, value)
    for child in tuple(element):
        if child.tag.removeprefix(_SVG) in _DROPPED:
            element.remove(child)
        else:
            _tidy(child)


def _kept(text: str | None) -> str | None:
    return text if text and text.strip() else None


def _declarations(style: str) -> list[tuple[str, str]]:
    pairs = (declaration.partition(":") for declaration in style.split(";") if ":" in declaration)
    return [(name.strip(), value.strip()) for name, _, value in pairs]
