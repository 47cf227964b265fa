"""The webhook and the health page."""
