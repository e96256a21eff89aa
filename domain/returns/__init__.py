"""What a school or a council returns to the department or keeps as a register, as rows with what is wrong in them."""
