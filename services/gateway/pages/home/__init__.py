"""My work: what the person who signed in is to do."""
