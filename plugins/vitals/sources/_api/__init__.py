"""What the providers with an HTTP API have in common: their description, sessions and errors."""
