"""The pages of one placement: what is next, what was done, its papers, its people, its days."""
