"""Binds the numbers of a sentence to the metric, company, period and direction that they claim."""
