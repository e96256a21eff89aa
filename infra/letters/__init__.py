"""Letters on their way out: the port that a sender stands behind, the two senders, and the list of what waits."""
