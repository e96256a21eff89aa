"""Commands over HTTP: bodies, the catalogue, worked examples, and the operations they become."""
