"""The facts: what happened to a placement, and the permanent stored form of each fact."""
