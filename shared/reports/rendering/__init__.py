"""Renders reports as Markdown, HTML, PDF and charts."""
