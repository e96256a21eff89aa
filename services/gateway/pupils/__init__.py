"""A pupil's own record over HTTP, beside any placement."""
