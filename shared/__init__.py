"""Everything the functions share. Knows nothing of Azure Functions, except ``shared.api``."""

__version__ = "0.1.0"
