"""Numbers that contradict each other, or the direction that the facts show."""
