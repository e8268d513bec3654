"""The figures of the facts by their values."""

from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import Kind


def _figure(label: str, value: float) -> KnownFigure:
    return KnownFigure(1, "AAPL", "revenue", label, value, Kind.MONEY)


def test_figures_that_are_added_later_are_found_by_their_values_too() -> None:
    index = FactIndex()
    index.add([_figure("first", 5.0), _figure("second", -2.0)])
    assert [one.label for one in index.near(2.0, 0.5)] == ["second"]
    index.add([_figure("third", 2.0), _figure("fourth", -7.0), _figure("fifth", 0.5)])
    assert [one.label for one in index.near(2.0, 0.5)] == ["second", "third"]
    assert [one.label for one in index.near(4.0, 4.0)] == ["fifth", "second", "third", "first", "fourth"]
