"""Forms that somebody began and has not sent."""
