"""What falls due on records without a workflow, swept on a schedule."""
