"""Documents outside the rules: turned into pages, and kept sealed under their pupil's key."""
