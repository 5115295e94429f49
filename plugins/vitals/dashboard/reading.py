"""dashboard.reading: what the pages ask the API for, remembered for a minute.

Streamlit runs a page again at every click; without a memory each would ask for everything anew.
The token is part of what is remembered by, so nobody sees what another token has read.
"""

from datetime import date
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from vitals.dashboard.client import Api, ApiError, NothingThereError, RefusedError, Table

SECONDS = 60
POINTS = 50_000  # of a series; a year of samples would be more than browser and memory can hold
CLIENT_SECONDS = 600  # a client has the token of a visitor who may have gone


@st.cache_resource(ttl=CLIENT_SECONDS, max_entries=100, show_spinner=False)
def api(url: str, token: str) -> Api:
    """One client, with its open connections, for each token."""
    return Api(url, token)


@st.cache_data(ttl=SECONDS, max_entries=500, show_spinner=False)
def table(url: str, token: str, path: str, query: tuple[tuple[str, Any], ...] = ()) -> Table:
    """All rows of a route."""
    return api(url, token).table(path, **dict(query))


@st.cache_data(ttl=SECONDS, max_entries=100, show_spinner=False)
def document(url: str, token: str, path: str) -> dict[str, Any]:
    """One JSON document."""
    return api(url, token).document(path)


def path_of(participant: str, page: str) -> str:
    """The route of a page of one participant, whatever characters the id has."""
    return f"/v1/participants/{quote(participant, safe='')}/{page}"


class Reader:
    """The API for one visitor."""

    def __init__(self, url: str, token: str) -> None:
        """Remembers both."""
        self.url, self.token = url, token

    def rows(self, path: str, **query: Any) -> Table:
        """All rows of a route, remembered."""
        return table(self.url, self.token, path, tuple(sorted(query.items())))

    def me(self) -> dict[str, Any]:
        """What the token may see."""
        return document(self.url, self.token, "/v1/me")

    def participants(self, start: date, end: date) -> pd.DataFrame:
        """Participants with their completeness from `start` up to and without `end`."""
        return self.rows("/v1/participants", start=str(start), end=str(end)).rows

    def completeness(self, start: date, end: date) -> pd.DataFrame:
        """One row per participant and day with data."""
        return self.rows("/v1/cohort/completeness", start=str(start), end=str(end)).rows

    def ledger(self, start: date, end: date) -> pd.DataFrame:
        """Why heart rates are there or missing: one row per participant and day asked for."""
        return self.rows(
            "/v1/cohort/ledger", metric="heart_rate", start=str(start), end=str(end)
        ).rows

    def accounts(self) -> pd.DataFrame:
        """States of the accounts; empty for a token that may not see them."""
        try:
            return self.rows("/v1/operations/accounts").rows
        except (RefusedError, NothingThereError):
            return pd.DataFrame()

    def metrics(self) -> pd.DataFrame:
        """The catalogue; `resolutions` is a list."""
        return pd.DataFrame(document(self.url, self.token, "/v1/metrics")["data"])

    def series(self, participant: str, metric: str, resolution: str, start: str, end: str) -> Table:
        """The first POINTS values of one metric, with the participant's wall clock."""
        return self.rows(
            path_of(participant, f"metrics/{metric}"),
            resolution=resolution, start=start, end=end, tz="local", limit=POINTS,
        )  # fmt: skip

    def health(self, participant: str, period: str, start: str = "", end: str = "") -> pd.DataFrame:
        """Days, weeks or months of one participant."""
        path = path_of(participant, f"health/{period}")
        return self.rows(path, start=start, end=end).rows

    def nights(self, participant: str, start: str, end: str) -> pd.DataFrame:
        """Sleeps of one participant."""
        return self.rows(path_of(participant, "sleep"), start=start, end=end, tz="local").rows

    def stages(self, participant: str, start: str, end: str) -> pd.DataFrame:
        """Sleep stages of one participant."""
        return self.rows(
            path_of(participant, "sleep/stages"), start=start, end=end, tz="local"
        ).rows

    def file(self, path: str, form: str, **query: Any) -> bytes:
        """A file to download; not remembered."""
        try:
            return api(self.url, self.token).file(path, form, **query)
        except ApiError as error:
            return f"not read: {error}\n".encode()
