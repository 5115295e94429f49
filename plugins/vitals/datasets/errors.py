"""What may go wrong with data sets, each in one line that tells a person what to do."""

from vitals.errors import ExpectedError


class DatasetError(ExpectedError):
    """The data set cannot be made; nothing was left behind."""
