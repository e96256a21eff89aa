"""Between decision and start: the agreement, the notice, the weekly pattern and the arrangements."""
