"""OpenBB Workspace: its configuration files over the routes of the service, and its agent."""
