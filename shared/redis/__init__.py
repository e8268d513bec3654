"""Redis: client, Entra sign-in, guard, leases, shared circuit breakers, key names."""
