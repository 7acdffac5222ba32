"""How fast, how large, how many: measured beside what would be used instead, in one run."""
