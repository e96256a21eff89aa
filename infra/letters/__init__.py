"""Outgoing letters: the port for senders, the two senders, and the list of waiting letters."""
