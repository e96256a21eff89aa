"""The form of each command, derived from its type: the controls, what was typed into them, and the JSON body of it."""
