"""Clause by clause: which event of a placement's record proves each, and what is outstanding or was missed."""
