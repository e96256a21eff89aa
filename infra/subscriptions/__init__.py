"""Subscriptions to the whole record, each with its own position."""
