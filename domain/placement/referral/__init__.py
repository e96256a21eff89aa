"""The referral: drafting it, who could provide it, and on which grounds."""
