"""health: ask a server's health page, the same way for all that have one."""

import urllib.error
import urllib.request

from vitals.embedded.service import NotReady


def ask(address: str, timeout_seconds: float = 10) -> bytes:
    """What the page says.

    Raises:
        NotReady: it does not answer, or with an error.
    """
    try:
        with urllib.request.urlopen(address, timeout=timeout_seconds) as answer:
            return answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise NotReady(str(getattr(error, "reason", error))) from None
