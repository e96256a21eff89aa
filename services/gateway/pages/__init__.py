"""The pages: what staff, families and providers see in a browser. Same use cases as the API, and no decision here."""
