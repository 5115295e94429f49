"""A run of the checks -> the report that its log shows: tables of checks, freshness and loads."""

from collections.abc import Iterator, Sequence

from vitals.monitoring.books import Source
from vitals.monitoring.findings import age
from vitals.orchestration.tables import format_table
from vitals.quality.results import CheckResult
from vitals.quality.store import EVERYTHING, QualityRun, Reconciliation

LAYERS = ("raw", "stage", "agg")
CHECKS = ("state", "check", "of", "column", "rows", "where they are")
FRESHNESS = ("source", "state", "new data", "stale after h", "overdue after h", "last error")
LOADS = ("source", "loads", "failed", "rows read", "loaded", "known", "rejected", "difference")


def report(
    run: QualityRun,
    results: Sequence[CheckResult],
    sources: Sequence[Source],
    loads: Sequence[Reconciliation],
) -> Iterator[str]:
    """The lines of the report."""
    yield from _head(run)
    yield from _section("Checks", ("layer", "checks", "passed", "warned", "failed", "broken",
                                   "seconds"), _by_layer(results))  # fmt: skip
    wrong = [one for one in results if one.status != "pass"]
    yield from _section("What was found", CHECKS, [_finding(one) for one in wrong])
    for one in wrong:
        if one.status == "broken":
            yield f"{one.check_name} could not be carried out: {one.message}"
    yield from _section("Freshness", FRESHNESS, [_freshness(one) for one in sources])
    yield from _section("Loads that were checked", LOADS, [_loads(one) for one in loads])


def failure(results: Sequence[CheckResult]) -> str | None:
    """Why the run has failed, in one line that is the same as long as the same is wrong."""
    wrong = [one.check_name for one in results if one.status in ("fail", "broken")]
    if not wrong:
        return None
    return f"checks of the data failed: {', '.join(wrong)} (rows are in the schema quality)"


def _head(run: QualityRun) -> Iterator[str]:
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0
    checks = run.passed + run.warned + run.failed + run.broken
    yield (
        f"{checks} checks in {seconds:.0f} s: {run.passed} passed, {run.warned} warned, "
        f"{run.failed} failed, {run.broken} could not be carried out"
    )
    if run.checked_since == EVERYTHING:
        yield "all rows were looked at"
    else:
        yield (
            f"loads {run.after_load + 1} to {run.last_load} were looked at, "
            f"and rows of large tables from {run.checked_since} on"
        )


def _section(title: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield ""
    if rows:
        yield title
        yield from format_table(names, rows)
    else:
        yield f"{title}: nothing"


def _by_layer(results: Sequence[CheckResult]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for layer in LAYERS:
        of_layer = [one for one in results if one.layer == layer]
        states = [one.status for one in of_layer]
        counts = (states.count(word) for word in ("pass", "warn", "fail", "broken"))
        if of_layer:
            rows.append((layer, len(of_layer), *counts, sum(one.seconds for one in of_layer)))
    return rows


def _finding(one: CheckResult) -> tuple[object, ...]:
    return (one.status, one.check_name, one.relation, one.column_name, one.failures, one.rows_table)


def _freshness(source: Source) -> tuple[object, ...]:
    silent = "never" if source.silent_for is None else f"{age(source.silent_for)} ago"
    limits = (source.stale_after, source.overdue_after)
    hours = [span.total_seconds() / 3600 if source.is_expected else None for span in limits]
    return (source.source, source.state, silent, *hours, source.last_error)


def _loads(one: Reconciliation) -> tuple[object, ...]:
    return tuple(vars(one).values())
