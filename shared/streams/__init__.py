"""Streams of frames: produced once, read by any number of connections in any worker."""
