"""The pages of those who check on the service: auditors and data protection officers."""
