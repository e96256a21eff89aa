"""The database: its engine, its owner and its migrations."""
