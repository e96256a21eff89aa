"""Forms kept as they were typed, until they are sent."""
