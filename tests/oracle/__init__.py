"""What `agg` must hold, computed a second time from the truth: definitions, comparison, tests.

Nothing here is shared with the product: no SQL, no code of `vitals` except the writer of the truth.
"""
