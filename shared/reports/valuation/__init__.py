"""Valuation of companies: multiples, cost of capital, discounted cash flow, scenarios; pure code."""
