"""A school's own set-up: its details, its calendar, its delegations and its people."""
