"""Periodic work that Temporal starts."""
