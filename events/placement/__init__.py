"""Everything that can happen to a placement, by the phase that it happens in."""
