"""The web pages of the gateway."""
