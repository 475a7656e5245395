"""Paygate's own package: domain rules, operations on them, adapters to the outside, and their wiring."""
