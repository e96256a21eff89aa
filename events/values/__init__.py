"""The small values that events and commands are made of."""
