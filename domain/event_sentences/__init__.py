"""Each event in one sentence, in a case worker's words."""
