"""Runtime mechanisms without domain knowledge: clock, deadline, circuit breaker, single-flight, batching."""
