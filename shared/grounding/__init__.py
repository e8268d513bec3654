"""Facts for models: collects market data, numbers it, and renders it into prompts."""
