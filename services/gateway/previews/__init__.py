"""What a command would do now, before it is given."""
