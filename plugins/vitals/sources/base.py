"""What every provider tells about itself: one small frozen record that the orchestration reads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SourceSpec:
    """A provider, described without importing its SDK or dlt.

    Attributes:
        name: the provider's word everywhere: folder, DAG prefix, asset, raw table prefix.
        resources: what it delivers, in the order in which a run reads it.
        build_source: returns the dlt source; imports what it needs when it is called.
    """

    name: str
    resources: tuple[str, ...]
    build_source: Callable[..., Any]
