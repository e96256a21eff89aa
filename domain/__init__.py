"""The rules: pure functions from what is known to what follows. No clock, no chance, no I/O."""
