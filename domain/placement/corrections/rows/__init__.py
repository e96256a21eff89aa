"""What may be put right of each kind of event: a module for each phase."""
