"""Who is calling, and the log of what they read."""
