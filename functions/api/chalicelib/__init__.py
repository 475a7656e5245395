"""The API's routes, request models and the one place where errors become HTTP."""
