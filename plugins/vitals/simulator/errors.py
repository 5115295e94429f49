"""The one exception of the simulator's handlers: an HTTP answer that is not a success."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class ApiError(Exception):
    """Ends a request with this answer, already in the provider's own shape."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    fault: str | None = None
