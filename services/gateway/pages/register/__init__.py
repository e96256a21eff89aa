"""The register by page: today, a week of it, and how it counts."""
