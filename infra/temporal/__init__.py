"""The Temporal client, and what a client and a worker agree on."""
