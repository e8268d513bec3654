"""Calculations on market data: indicators, signals, periods, exchange calendars."""
