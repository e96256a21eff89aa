"""While the placement runs: its start, its terms, safeguarding, progress and what changes around it."""
