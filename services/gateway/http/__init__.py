"""What all routes share: middleware, problems, parameters, cursors, authorisation."""
