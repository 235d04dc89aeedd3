"""A flow's definition: its JSON Schema, and every check that a schema can't make. Pure."""
