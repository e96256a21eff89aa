"""One file a read model: its table, how an event changes it, and the queries it answers."""
