"""What may go wrong with the lake, in one line that says what to do."""


class PayloadError(RuntimeError):
    """An object of the lake is not what it should be; the message says which and how."""


class LakeError(RuntimeError):
    """The lake cannot be read or written."""


class LoadIdTakenError(LakeError):
    """The lake has a load of this number already, of a warehouse that was there before."""
