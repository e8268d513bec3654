"""Market data: the service, the source chain, the sources, and the analysis."""
