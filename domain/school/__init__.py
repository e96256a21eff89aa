"""A home school and its calendar."""
