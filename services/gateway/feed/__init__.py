"""The feed over HTTP: pages, and a stream of server-sent events."""
