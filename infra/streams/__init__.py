"""Streams of facts, decoded and opened, and records folded from them."""
