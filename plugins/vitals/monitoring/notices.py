"""monitoring.notices: findings -> those that a channel has not been told yet; ops.notices.

Told first, noted then: a process that dies in between tells it twice, and never not at all.
"""

from collections.abc import Sequence
from datetime import timedelta

from vitals.monitoring.books import statement
from vitals.monitoring.findings import Finding
from vitals.warehouse import connect


def due(dsn: str, channel: str, findings: Sequence[Finding], repeat: timedelta) -> list[Finding]:
    """What the channel has to be told now: what is new, and what has lasted for long.

    Forgets what is over, so that it counts as new when it comes back.

    Args:
        dsn: the warehouse.
        channel: email or webhook.
        findings: all problems there are.
        repeat: after how long a problem that lasts is told again.
    """
    hours = {"channel": channel, "repeat_hours": int(repeat.total_seconds() // 3600)}
    lasting = {"channel": channel, "lasting": [finding.key for finding in findings]}
    with connect(dsn, role="monitor") as connection:
        connection.execute(statement("forget_notices"), lasting)
        told: dict[str, bool] = dict(
            connection.execute(statement("sent_notices"), hours).fetchall()
        )
    return [finding for finding in findings if told.get(finding.key, True)]


def record(dsn: str, channel: str, findings: Sequence[Finding]) -> None:
    """Note that the channel was told."""
    rows = [
        {"channel": channel, "notice_key": finding.key, "subject": finding.subject}
        for finding in findings
    ]
    with connect(dsn, role="monitor") as connection, connection.cursor() as cursor:
        cursor.executemany(statement("record_notice"), rows)
