"""How a placement ends: the return to school, the end, its evaluation and what came of it."""
