"""The people of the reader's own organisation over HTTP."""
