"""errors: what all errors have in common that are meant for a person.

The command shows them in one line and without a traceback; everything else that is raised is a
mistake of ours, and is shown whole.
"""

# How the error of a task ends that fails only because another did: `make dag` shows no log of it.
SEE_FAILED_TASK = "see the task that failed"


def first_line(error: BaseException) -> str:
    """The message of an error as one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


class ExpectedError(RuntimeError):
    """Something that a person can act on: one line that says what is wrong, and what to do."""
