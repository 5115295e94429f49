"""Sensors: a run waits for the outside world, in the triggerer instead of a worker slot."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from vitals.orchestration.connections import mongo_uri, warehouse_dsn
from vitals.orchestration.internet import Address, obstacles
from vitals.orchestration.triggers import (
    InternetConnectionTrigger,
    NewDocumentsTrigger,
    NewWorkTrigger,
)
from vitals.orchestration.waiting import work_waiting


class NewWorkSensor(BaseOperator):
    """Wait until there is something to do; skip what follows if nothing comes.

    Only scheduled runs wait: whoever starts a run by hand wants it to go through.

    Args:
        wait: how long after its scheduled time a run waits. Shorter than the schedule's interval,
            so that runs do not pile up.
        poke_interval: time between two looks.
    """

    ui_color = "#d9ead3"
    trigger_class: type[NewWorkTrigger]

    def __init__(
        self, *, wait: timedelta, poke_interval: timedelta = timedelta(seconds=30), **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.wait = wait
        self.poke_interval = poke_interval

    def is_there(self) -> bool:
        """Whether there is something to do now."""
        raise NotImplementedError

    def execute(self, context: Any) -> None:
        """Look once, and leave the waiting to the triggerer only if there is nothing."""
        run = context["dag_run"]
        if run.run_type == "manual":
            self.log.info("started by hand: not waiting")
            return
        if self.is_there():
            return
        trigger = self.trigger_class(
            deadline=(run.run_after + self.wait).isoformat(),
            poke_interval=self.poke_interval.total_seconds(),
        )
        self.defer(trigger=trigger, method_name="after_wait")

    def after_wait(self, context: Any, event: dict[str, bool]) -> None:
        """Go on, or skip the rest of a run for which nothing came."""
        if not event["found"]:
            raise AirflowSkipException(f"nothing new within {self.wait}: the next run looks again")


class NewDocumentsSensor(NewWorkSensor):
    """Wait until MongoDB has something that was not loaded, or a load waits for stage."""

    trigger_class = NewDocumentsTrigger

    def is_there(self) -> bool:
        """See `work_waiting`."""
        return work_waiting(warehouse_dsn(), mongo_uri())


class NetworkConnectivityError(AirflowFailException):
    """A host did not answer in all the time given: the next run tries again, not this one."""


class InternetConnectionSensor(BaseOperator):
    """Go on when the network is up and every host answers; look again until then, or fail.

    A real look, by TCP and TLS with a verified certificate, and by HTTP where the address is
    `http://`. It takes no worker slot while it waits.

    Args:
        hosts: `host:port` or URLs that all have to answer.
        poke_interval: time between two looks.
        timeout: how long to go on looking, from the first look.
    """

    ui_color = "#cfe2f3"

    def __init__(
        self,
        *,
        hosts: Sequence[str],
        poke_interval: timedelta = timedelta(minutes=2),
        timeout: timedelta = timedelta(hours=1),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.hosts = list(hosts)
        self.poke_interval = poke_interval
        self.timeout = timeout
        for host in self.hosts:
            Address.parse(host)  # a mistake is an import error, and not an hour of waiting

    def execute(self, context: Any) -> None:
        """Look once, and leave the waiting to the triggerer only if a host does not answer."""
        found = asyncio.run(obstacles(self.hosts))
        if not found:
            self.log.info("reachable: %s", ", ".join(self.hosts))
            return
        self.log.warning(
            "not reachable, looking again every %s for at most %s: %s",
            self.poke_interval,
            self.timeout,
            _listed(found),
        )
        trigger = InternetConnectionTrigger(
            hosts=self.hosts,
            deadline=(datetime.now(UTC) + self.timeout).isoformat(),
            poke_interval=self.poke_interval.total_seconds(),
        )
        self.defer(trigger=trigger, method_name="after_wait")

    def after_wait(self, context: Any, event: Mapping[str, Mapping[str, str]]) -> None:
        """Go on if nothing is in the way any more.

        Raises:
            NetworkConnectivityError: something is; the message names each host and what happened.
        """
        if event["unreachable"]:
            raise NetworkConnectivityError(
                f"no network connection for {self.timeout}: {_listed(event['unreachable'])}"
            )
        self.log.info("reachable: %s", ", ".join(self.hosts))


def _listed(found: Mapping[str, str]) -> str:
    return "; ".join(f"{host}: {why}" for host, why in found.items())
