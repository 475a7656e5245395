"""Postgres: connections, named statements, and the statements themselves in sql/."""
