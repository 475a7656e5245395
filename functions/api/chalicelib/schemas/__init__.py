"""Request bodies and query strings, validated strictly: no unknown fields, no numbers in strings."""
