"""Books and accounts -> one message a night: the tasks of nightly_report.

Each channel is a mapped task of its own, so that a mail server that is down keeps nobody from
being told by the webhook. When the report itself cannot be made, a callback says so directly,
without the warehouse.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from airflow.sdk import conf, task
from airflow.sdk.exceptions import AirflowSkipException

from vitals import settings
from vitals.orchestration.connections import warehouse_dsn
from vitals.orchestration.failures import note_failure
from vitals.orchestration.tables import format_table

log = logging.getLogger(__name__)

NO_CHANNEL = (
    "no channel is set, so nobody is told: set VITALS_NOTIFY_EMAIL (and AIRFLOW_CONN_SMTP_DEFAULT) "
    "or VITALS_NOTIFY_WEBHOOK in .env, see docs/monitoring.md"
)


def report_failed(context: Any) -> None:
    """The nightly report could not be made: say so, by every channel, without the warehouse.

    Once a night at most, so nothing is remembered. A channel that refused the report is no reason:
    the other has told it, and names the failed run the next night.
    """
    from vitals.monitoring.digest import compose
    from vitals.monitoring.findings import Finding
    from vitals.orchestration.notifiers import send

    run = context.get("run_id") or getattr(context.get("dag_run"), "run_id", "")
    finding = Finding(
        "failed",
        "failed:nightly_report",
        f"the nightly report could not be made ({run}), so nobody knows how the night went",
        "see its log in Airflow, and `make status` for the warehouse",
    )
    monitoring = _monitoring()
    for channel in monitoring.channels:
        try:
            send(channel, compose([finding], _links()), monitoring)
        except Exception:  # the next channel may work
            log.exception("not told by %s", channel)


@task(task_id="find_problems", on_failure_callback=[note_failure, report_failed])
def find_problems() -> list[dict[str, str]]:
    """All problems there are now, those included that were told before."""
    from vitals.monitoring import findings

    monitoring = _monitoring()
    found = findings.find_problems(warehouse_dsn(), monitoring)
    rows = [(finding.kind, finding.subject, finding.remedy) for finding in found]
    for line in format_table(["kind", "problem", "to do"], rows) if found else ["all is well"]:
        log.info(line)
    if found and not monitoring.channels:
        log.warning(NO_CHANNEL)
    return [asdict(finding) for finding in found]


@task(task_id="channels")
def channels() -> list[str]:
    """By which ways somebody is told."""
    found = list(_monitoring().channels)
    if not found:
        raise AirflowSkipException(NO_CHANNEL)
    return found


@task(task_id="tell", map_index_template="{{ task.op_kwargs['channel'] }}")
def tell(problems: Sequence[dict[str, str]], channel: str) -> int:
    """Send one message with what the channel has not been told yet; returns of how many."""
    from vitals.monitoring import digest, notices
    from vitals.monitoring.findings import Finding
    from vitals.orchestration.notifiers import send

    monitoring, dsn = _monitoring(), warehouse_dsn()
    findings = [Finding(**problem) for problem in problems]
    due = notices.due(dsn, channel, findings, monitoring.repeat_after)
    if not due:
        raise AirflowSkipException(f"nothing new in {len(findings)} problems")
    send(channel, digest.compose(due, _links()), monitoring)
    notices.record(dsn, channel, due)
    return len(due)


@task(task_id="heartbeat", trigger_rule="none_failed")
def heartbeat() -> None:
    """Tell an outside watcher that the night was checked: if nothing comes, it tells somebody."""
    from vitals.orchestration.notifiers import beat

    url = _monitoring().heartbeat_url
    if not url:
        raise AirflowSkipException("no watcher is set in VITALS_NOTIFY_HEARTBEAT")
    beat(url)


def _monitoring() -> Any:
    from vitals.monitoring import settings as monitoring

    return monitoring.read(settings.load().environment)


def _links() -> dict[str, str]:
    airflow = conf.get("api", "base_url", fallback="http://127.0.0.1:8080").rstrip("/")
    return {"Vitals in Airflow": f"{airflow}/plugin/vitals"}
