"""What those ask for who check on the service: the access log, and what takes long over the whole record."""
