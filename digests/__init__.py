"""Feeds to the weekly digest."""
