"""progress: what long work tells of itself, line by line, to a log or to whoever waits."""

from collections.abc import Callable

# Called with each line: `log.info` of a module, or `say` where a person waits.
Progress = Callable[[str], None]


def say(line: str) -> None:
    """Print a line at once, also into a file or a pipe, where it would be held back for long."""
    print(line, flush=True)
