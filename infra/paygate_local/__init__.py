"""Runs the whole of Paygate on one machine: what `make up` and its sisters call."""
