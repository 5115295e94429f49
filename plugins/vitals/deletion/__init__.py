"""One participant -> gone from everywhere, for good: database, lake, archive, tokens.

- `identity` finds the accounts and devices that are theirs,
- `catalogue` every table of the database and the way from its rows to a participant,
- `database`, `objects` delete and count what is left,
- `participant` is the whole of it, with its receipt; tombstones keep everything from coming back.
"""
