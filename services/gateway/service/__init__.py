"""The service itself over HTTP: health, metrics, the start page."""
