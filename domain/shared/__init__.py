"""What all rules use and none owns: text and its bounds, people's names, addresses, refusals."""
