"""The code lists as people read them: each code in words, from when to when, and where it comes from."""
