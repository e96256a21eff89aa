"""Who has which case, and giving cases to others."""
