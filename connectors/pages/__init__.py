"""Connectors and their action paths are the same for everybody with a log-in; importing needs a permission."""
