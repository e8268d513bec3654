"""Which XBRL concepts the lines of statements are filed under."""
