"""The example caseload and the demonstration. Every child, school and member of staff in it is invented."""
