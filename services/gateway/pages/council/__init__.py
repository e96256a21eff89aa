"""What a council's officer watches over the schools of the council."""
