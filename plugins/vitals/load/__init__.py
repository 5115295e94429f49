"""Rows of a source -> raw: one dlt run per group of slices, and the books of what it did."""
