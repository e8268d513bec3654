"""The sources of market data, one module each, all with the interface of ``base``."""
