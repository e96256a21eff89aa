"""The law as tables: which rules bind whom, from when, with which figures, and the clauses they come from."""
