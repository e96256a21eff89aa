"""The directory of providers, and the page of each."""
