"""Alpha Vantage, through its HTTP API."""
