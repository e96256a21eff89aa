"""Who may do and see what, by role and organisation."""
