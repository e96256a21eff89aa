"""What decisions rest on beside the state, gathered from the store."""
