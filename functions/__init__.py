"""The functions of the app: one blueprint per domain, thin handlers over the services of ``shared``."""
