"""Privacy: what is kept of people is exported, erased and, after its time, forgotten."""
