"""Measures what Paygate's functions cost, as deployed: `make bench`."""
