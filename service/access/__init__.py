"""Who may ask: keys by role, trusted hosts, limits on how often."""
