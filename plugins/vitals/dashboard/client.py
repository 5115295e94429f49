"""dashboard.client: the health data API over HTTP -> tables, as Arrow and then pandas.

Arrow, because a year of minutes is read in one answer and without paging, ten times as quickly as
JSON.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import requests

ARROW = "application/vnd.apache.arrow.stream"
FORMS = {"CSV": "text/csv", "Parquet": "application/vnd.apache.parquet"}
TIMEOUT_SECONDS = 60
MOST_FILE_BYTES = 300_000_000  # a file passes through the memory of the dashboard


class ApiError(RuntimeError):
    """The API cannot answer; the message says why, in words for a person."""


class NotReachedError(ApiError):
    """Nobody answers."""


class RefusedError(ApiError):
    """The token is missing, not valid any more, or may not see what was asked for."""


class NothingThereError(ApiError):
    """There is no such thing, or the token may not know of it."""


@dataclass(frozen=True)
class Table:
    """Rows, and what the API says about all of them, such as unit and resolution."""

    rows: pd.DataFrame
    about: dict[str, str] = field(default_factory=dict)


class Api:
    """The API as one token sees it."""

    def __init__(self, url: str, token: str) -> None:
        """Remembers where it is and the token."""
        self.url = url
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def document(self, path: str, **query: Any) -> dict[str, Any]:
        """One JSON document.

        Raises:
            ApiError: it cannot be had.
        """
        return self._get(path, "application/json", query).json()

    def table(self, path: str, **query: Any) -> Table:
        """All rows of a route.

        Raises:
            ApiError: they cannot be had.
        """
        answer = self._get(path, ARROW, query)
        with pa.ipc.open_stream(pa.BufferReader(answer.content)) as stream:
            rows = stream.read_all().to_pandas(date_as_object=False)
        about = {
            name.lower().removeprefix("vitals-").replace("-", "_"): value
            for name, value in answer.headers.items()
            if name.lower().startswith("vitals-")
        }
        return Table(rows, about)

    def file(self, path: str, form: str, **query: Any) -> bytes:
        """All rows of a route as a file in one of FORMS.

        Raises:
            ApiError: they cannot be had, or are more than MOST_FILE_BYTES.
        """
        content = bytearray()
        with self._get(path, FORMS[form], query, stream=True) as answer, self._reached():
            for piece in answer.iter_content(1_000_000):
                content += piece
                if len(content) > MOST_FILE_BYTES:
                    raise ApiError(
                        f"the file is larger than {MOST_FILE_BYTES / 1e6:.0f} MB: choose a shorter "
                        f"range, or read it from {self.url}{path} yourself"
                    )
        return bytes(content)

    def _get(
        self, path: str, accept: str, query: dict[str, Any], stream: bool = False
    ) -> requests.Response:
        given = {name: value for name, value in query.items() if value not in (None, "")}
        with self._reached():
            answer = self._session.get(
                f"{self.url}{path}",
                params=given,
                headers={"Accept": accept},
                timeout=TIMEOUT_SECONDS,
                stream=stream,
            )
        if answer.ok:
            return answer
        raise _problem(answer)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except requests.RequestException as error:
            raise NotReachedError(
                f"the API does not answer at {self.url} ({type(error).__name__})"
            ) from None


def _problem(answer: requests.Response) -> ApiError:
    """The API's own words (RFC 9457), in the kind of error that pages tell apart."""
    try:
        detail = answer.json().get("detail") or answer.reason
    except ValueError:
        detail = answer.reason
    kinds = {401: RefusedError, 403: RefusedError, 404: NothingThereError, 503: NotReachedError}
    return kinds.get(answer.status_code, ApiError)(str(detail))
