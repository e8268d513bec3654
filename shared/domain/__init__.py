"""Vocabulary of the service: symbols, market data records, technicals, number formatting."""
