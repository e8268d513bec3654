"""Scheduled refresh of the cached and stored market data."""
