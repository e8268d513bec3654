"""What HTTP handlers have in common: parameters, problems, caching headers, streams, limits."""
