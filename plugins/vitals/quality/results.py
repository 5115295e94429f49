"""quality.results: what dbt says of its tests -> one typed result for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# dbt's words for the end of a test; a test that was skipped has said nothing either.
_STATUS = {"pass": "pass", "warn": "warn", "fail": "fail"}
BROKEN = "broken"


@dataclass(frozen=True)
class CheckResult:
    """What one check found; the fields are the columns of quality.results."""

    check_name: str
    layer: str
    relation: str
    column_name: str | None
    severity: str
    status: str
    failures: int | None
    rows_table: str | None
    message: str | None
    seconds: float


def results_of(tests: Iterable[Any]) -> list[CheckResult]:
    """The results of a `dbt test` (`dbtRunner.invoke(...).result`), in a fixed order."""
    # What dbt does before the tests (on-run-start) has a result, too.
    found = [_result(test) for test in tests if test.node.resource_type == "test"]
    return sorted(found, key=lambda one: (one.layer, one.relation, one.check_name))


def _result(test: Any) -> CheckResult:
    node = test.node
    layer, relation = _what_is_checked(node)
    status = _STATUS.get(str(test.status), BROKEN)
    has_rows = status in ("warn", "fail")
    return CheckResult(
        check_name=node.alias,
        layer=layer,
        relation=relation,
        column_name=getattr(node, "column_name", None),
        severity=str(node.config.severity).lower(),
        status=status,
        failures=None if status == BROKEN else int(test.failures or 0),
        rows_table=f"{node.schema}.{node.alias}" if has_rows else None,
        message=None if status == "pass" else _one_line(test.message),
        seconds=round(test.execution_time, 3),
    )


def _what_is_checked(node: Any) -> tuple[str, str]:
    """Layer and relation. dbt names what a generic test is attached to last of what it reads."""
    names = [name.split(".") for name in node.depends_on.nodes]
    attached = getattr(node, "attached_node", None)
    kind, _, *rest = attached.split(".") if attached else (names[-1] if names else ["", "", ""])
    if kind == "source":
        source, table = rest
        return "raw", f"raw.{table}" if source == "loads" else f"raw.{source}__{table}"
    layer = next((word for word in node.fqn if word in ("raw", "stage", "agg")), "stage")
    return layer, f"{layer}.{rest[0]}"


def _one_line(text: str | None) -> str | None:
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    return " ".join(lines)[:500] or None
