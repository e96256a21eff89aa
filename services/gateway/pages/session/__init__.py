"""Who is signed in by page: sign-in, sessions, and what a form has to carry."""
