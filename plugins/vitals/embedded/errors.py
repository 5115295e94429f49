"""The one exception of this package: what is wrong, and what to do about it, in one line."""


class EmbeddedError(RuntimeError):
    """Something keeps an embedded server from working; the message names the remedy."""
