"""What happens to a placement because time passes: reviews open, lapse and are missed; deadlines are missed."""
