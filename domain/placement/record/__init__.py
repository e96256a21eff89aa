"""The record of a placement: who may see it, letters and documents, contact, and how long it is kept."""
