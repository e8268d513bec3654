"""Yahoo Finance, through the yfinance library."""
