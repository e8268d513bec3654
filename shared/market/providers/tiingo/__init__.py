"""Tiingo: quotes of many US symbols in one request, daily prices with dividends and splits."""
