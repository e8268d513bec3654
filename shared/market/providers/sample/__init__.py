"""Deterministic sample data for use without internet."""
