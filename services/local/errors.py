"""The one exception of the embedded set-up: a sentence for the person at the terminal."""


class EmbeddedError(RuntimeError):
    """Something the person can put right; the message is a whole sentence that says how."""
