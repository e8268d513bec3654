"""The MCP server: tools, resources and prompts for agents over the services of the HTTP functions."""
