"""Error conditions of retry policies: what they see, what they say of a failure, and how to build one. Pure."""
