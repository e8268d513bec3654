"""Errors that servers report: recognised, classified, and never passed on as they are."""
