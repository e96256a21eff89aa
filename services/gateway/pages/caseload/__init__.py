"""Placements in lists: the caseload, what is due, what is on hold, and the search."""
