"""How each kind of record is decided on: its decider, the facts, and what happens beside it in the same transaction."""
