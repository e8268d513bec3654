"""Configuration: YAML base and overlay, environment variables and Key Vault become one frozen ``Settings``."""
