"""A provider of alternative provision, its sites and what councils say of it."""
