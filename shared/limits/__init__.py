"""Limits of three kinds: rate (per time), concurrency (at the same time) and budget (per day)."""
