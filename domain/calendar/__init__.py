"""Days and how they are counted: legal days in London, school days, working days, months."""
