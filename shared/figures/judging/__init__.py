"""Judges the numbers of a sentence: which are figures, and which the facts support."""
