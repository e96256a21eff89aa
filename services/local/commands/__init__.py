"""Commands of the set-up on one machine."""
