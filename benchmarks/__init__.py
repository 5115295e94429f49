"""What `make bench` measures: each figure as a ratio to a limit of the same machine, in one run."""
