"""One use case a file, named with the same verb as its route, its SQL statement and its test."""
