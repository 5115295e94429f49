"""What may go wrong with the stream, in one line that says what to do."""

from vitals.errors import ExpectedError


class StreamError(ExpectedError):
    """The broker cannot be used, or the lake holds what it should not."""
