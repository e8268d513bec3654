"""SEC EDGAR: statements and filings of companies that file with the SEC, without a key."""
