"""Checks the figures in written text against the facts."""
