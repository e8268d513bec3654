"""Configuration: YAML files, environment variables and Key Vault become one frozen ``Settings``."""
