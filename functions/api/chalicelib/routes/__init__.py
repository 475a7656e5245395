"""One module for each resource: a route validates, calls its operation and answers with the operation's JSON."""
