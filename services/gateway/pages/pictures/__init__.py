"""Pictures that the server draws: pure functions from figures to SVG, each with its words and its table."""
