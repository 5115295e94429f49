"""stage and agg -> a folder of frozen files that explains and proves itself.

- `selection`: who is in it and on which days; `pseudonyms`: under which codes;
- `snapshot` reads, `files` writes, `tables` says what of;
- `making` puts the folder together, `descriptor` and `readme` describe it, `checking` proves it;
- `book` remembers which data set holds whose rows.
"""
