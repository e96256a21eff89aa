"""The register of one placement: what the provider saw, what the school entered, what fell due."""
