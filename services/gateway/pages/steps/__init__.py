"""A page for each command: its form, what would follow, giving it, and what became of it."""
