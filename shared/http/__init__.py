"""HTTP protocol: handlers, parameters, problem responses, SSE, cache headers, content negotiation."""
