"""The one exception of this package: what is wrong, and what to do about it, in one line."""

from vitals.errors import ExpectedError


class EmbeddedError(ExpectedError):
    """Something keeps an embedded server from working; the message names the remedy."""
