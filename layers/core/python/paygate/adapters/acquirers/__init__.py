"""Acquirers: one module each, all with the small interface of `base`."""
