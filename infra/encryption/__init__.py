"""Personal data sealed under keys that live outside the database."""
