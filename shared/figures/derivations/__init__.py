"""Figures that are not in the facts but follow from them, where the sentence says how."""
