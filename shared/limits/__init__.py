"""Limits: request rates, concurrent streams, daily budgets."""
