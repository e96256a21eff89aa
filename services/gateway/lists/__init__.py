"""Lists over all placements that a person may see."""
