"""Documents made from the record alone: each a value first, which templates outside turn into pages."""
