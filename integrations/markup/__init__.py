"""Trees of HTML that templates would be too slow to write node by node."""
