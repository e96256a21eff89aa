"""Proof of the record to an outsider: a Merkle tree over the feed's order, signed checkpoints of it, and exports."""
