"""What may go wrong with a deletion, in one line that says what to do."""


class DeletionError(RuntimeError):
    """Somebody could not be deleted, or not wholly; doing it again goes on where it ended."""
