"""cli_usage: what a command says that was called without what it needs."""

from vitals.errors import ExpectedError


class UsageError(ExpectedError):
    """The call lacks something; the message says how to call it, in one line. Exit status 2."""
