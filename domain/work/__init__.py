"""What waits for whom: the next thing that somebody has to do on each record, and the command by which they do it."""
