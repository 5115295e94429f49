"""Processes that a test may kill at any moment of their work.

They are forked from one that has imported everything: a new interpreter would spend most of its
life on imports, and so would most of the moments at which it is killed.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

_PARENT = multiprocessing.get_context("forkserver")
_PARENT.set_forkserver_preload(
    ["vitals.load.iot", "vitals.load.oltp", "vitals.load.exports", "garmin_fit_sdk"]
)


def started(target: Callable[..., Any], *arguments: Any, **named: Any) -> BaseProcess:
    """A function of a module at work in a process of its own; `kill()` sends SIGKILL."""
    process = _PARENT.Process(target=target, args=arguments, kwargs=named)
    process.start()
    return process
