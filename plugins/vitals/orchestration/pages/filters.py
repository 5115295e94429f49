"""pages.filters: numbers and instants -> the words of the page."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from vitals.monitoring.books import utc_now
from vitals.monitoring.findings import age


def count(value: int | None) -> str:
    """A number as on the dashboard and in every log, a dash for nothing."""
    return "–" if value is None else f"{value:,}"


def ago(instant: datetime | None) -> Markup:
    """How long ago, with the instant itself where the mouse rests."""
    if instant is None:
        return Markup('<span class="quiet">never</span>')
    words = age(utc_now() - instant)
    return Markup('<time datetime="{}" title="{}">{} ago</time>').format(
        instant.isoformat(), clock(instant), words
    )


def clock(instant: datetime) -> str:
    """An instant in a sentence."""
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def span(length: timedelta) -> str:
    """A limit: hours, or days where they are whole."""
    hours = length.total_seconds() / 3600
    days, rest = divmod(hours, 24)
    return f"{hours:g} h" if rest or days < 4 else f"{days:g} days"


def took(seconds: float) -> str:
    """A length of time in the unit that fits."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def run_link(run_id: str | None) -> str:
    """Address of a run in Airflow, from `<dag_id>/<run id>` of raw.loads."""
    dag_id, _, run = (run_id or "").partition("/")
    return f"dags/{quote(dag_id, safe='')}/runs/{quote(run, safe='')}" if run else ""


FILTERS: dict[str, Any] = {
    "count": count,
    "ago": ago,
    "clock": clock,
    "span": span,
    "took": took,
    "run_link": run_link,
}
