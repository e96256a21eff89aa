"""A referral from its first question to its confirmation: one question a page, kept at every step."""
