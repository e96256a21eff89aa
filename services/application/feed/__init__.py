"""The feed of thin notifications: what integrations see of the record."""
