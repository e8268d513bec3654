"""The functions of the app: one blueprint per area, thin handlers over the services of ``shared``."""
