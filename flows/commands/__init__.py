"""Every write to flows, runs and actions that a person or an outside system asks for."""
