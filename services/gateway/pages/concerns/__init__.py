"""Concerns for the safety of pupils, for those who answer them."""
