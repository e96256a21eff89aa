"""Checkpoints and proofs over HTTP."""
