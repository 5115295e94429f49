"""What may go wrong with the archive, each in one line that tells a person what to do."""


class ArchiveError(RuntimeError):
    """The archive cannot do what was asked; nothing was lost."""


class IntegrityError(ArchiveError):
    """What was written or read is not what it has to be: it is neither trusted nor deleted."""


class NotReadableError(ArchiveError):
    """An object lies in Glacier and has to be restored before it can be read."""


class MissingObjectError(ArchiveError):
    """An object that a manifest names is not in the bucket."""
