"""The pupils' keys at rest: a folder that keeps them wrapped, and who wraps them, a file of its own or a service."""
