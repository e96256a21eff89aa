"""The facts: what happened to a placement, and how a fact is written down for ever."""
