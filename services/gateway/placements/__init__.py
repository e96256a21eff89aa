"""One placement over HTTP: its record, its register, its commands."""
