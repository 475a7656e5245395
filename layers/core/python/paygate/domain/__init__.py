"""Pure rules of the field. Standard library only: no I/O, no environment, no vendor."""
