"""Runs Lambda functions for LocalStack as subprocesses under AWS's own runtime interface client."""
