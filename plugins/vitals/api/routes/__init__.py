"""routes: one module per kind of page, each with its router."""
