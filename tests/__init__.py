"""A package, because one that is installed beside it has a `tests` of its own."""
