"""Looks numbers up in the facts: what the facts hold, and in what a number and a figure agree."""
