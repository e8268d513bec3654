"""Streams of answers: produced once, read by any number of connections in any worker."""
