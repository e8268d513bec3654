"""Everything the functions share. Knows nothing of Azure Functions, except ``shared.api``."""
