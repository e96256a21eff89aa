"""Providers, schools, pupils and code lists over HTTP."""
