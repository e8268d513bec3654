"""Language models: one client a provider, and the factory that chooses among them."""
