"""Redis: client, Entra sign-in, guard, leases, streams, shared upstream health, key names."""
