"""The rules of a pupil's own record: whose it is, the flags from a day on, a hand-over to another organisation."""
