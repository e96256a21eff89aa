"""Pages that are open to all: help, the statements, what a problem means."""
