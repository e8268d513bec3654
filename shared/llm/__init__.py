"""Language models: one client per provider, and the factory that routes requests to them."""
