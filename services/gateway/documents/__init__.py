"""Documents and letters over HTTP."""
