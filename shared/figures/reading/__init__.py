"""Reads the sentences of a text: numbers, dates, names, and the words that tell what a number is."""
