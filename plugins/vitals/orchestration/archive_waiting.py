"""Waiting for Glacier, for hours if need be, in the triggerer instead of a worker slot."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from airflow.sdk import BaseHook, BaseOperator
from airflow.sdk.exceptions import AirflowFailException
from airflow.triggers.base import BaseTrigger, TriggerEvent

from vitals.orchestration.archive import archive_bucket, proven_part, restored_part
from vitals.orchestration.connections import S3

# Bulk takes up to 48 hours from Deep Archive.
PATIENCE = timedelta(hours=72)


class RestoredObjectsTrigger(BaseTrigger):
    """Fires with {"waiting": [keys]}: empty once every object can be read, else at the deadline."""

    def __init__(self, keys: Sequence[str], deadline: str, poke_interval: float) -> None:
        super().__init__()
        self.keys = list(keys)
        self.deadline = deadline
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments: no connection in them, the triggerer looks that up."""
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        names = ("keys", "deadline", "poke_interval")
        return path, {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Ask S3 for the state of what is still waited for, until nothing is left."""
        from vitals.archive.restore import still_frozen

        bucket = archive_bucket(await _client())
        waiting = self.keys
        while waiting := await asyncio.to_thread(still_frozen, bucket, waiting):
            left = (datetime.fromisoformat(self.deadline) - datetime.now(UTC)).total_seconds()
            if left <= 0:
                break
            await asyncio.sleep(min(self.poke_interval, left))
        yield TriggerEvent({"waiting": waiting})


async def _client() -> Any:
    """The hook's client; only the connection itself has to be asked for asynchronously."""
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    from airflow.providers.amazon.aws.utils.connection_wrapper import AwsConnectionWrapper

    hook = S3Hook(aws_conn_id=S3)
    hook.__dict__["conn_config"] = AwsConnectionWrapper(conn=await BaseHook.aget_connection(S3))
    return await asyncio.to_thread(hook.get_conn)


class _WaitsForGlacier(BaseOperator):
    """What the sensor and the loading have in common."""

    def _wait(self, context: Any, keys: Sequence[str]) -> NoReturn:
        self.log.info("waiting for S3 to restore %d objects", len(keys))
        trigger = RestoredObjectsTrigger(
            keys,
            (datetime.now(UTC) + PATIENCE).isoformat(),
            context["params"]["poll_seconds"],
        )
        self.defer(trigger=trigger, method_name="after_wait")

    def _check(self, event: Mapping[str, list[str]]) -> None:
        if event["waiting"]:
            some = ", ".join(event["waiting"][:3])
            raise AirflowFailException(f"S3 has not restored {some} within {PATIENCE}")


class RestoredObjectsSensor(_WaitsForGlacier):
    """Go on when S3 has restored every object.

    Args:
        keys: of the objects; none for what can be read at once.
    """

    ui_color = "#cfe2f3"
    template_fields = ("keys",)

    def __init__(self, *, keys: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keys = keys

    def execute(self, context: Any) -> None:
        """Leave the waiting to the triggerer, if there is any."""
        if self.keys:
            self._wait(context, self.keys)

    def after_wait(self, context: Any, event: Mapping[str, list[str]]) -> None:
        """Go on, or fail if it took too long."""
        self._check(event)


class RestoredPartOperator(_WaitsForGlacier):
    """Do something with a part; where its copy has run out meanwhile, ask again and wait.

    Args:
        part: key of its manifest, and the subjects that are wanted.
        work: what is done with it: "load" or "prove".
    """

    template_fields = ("part",)

    def __init__(self, *, part: Any, work: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.part = part
        self.work = work

    def execute(self, context: Any) -> dict[str, Any]:
        """Do it, as often as Glacier takes the copy away."""
        from vitals.archive import restore
        from vitals.archive.errors import NotReadableError

        params = context["params"]
        works: dict[str, Callable[..., dict[str, Any]]] = {
            "load": restored_part,
            "prove": proven_part,
        }
        try:
            return works[self.work](self.part, params)
        except NotReadableError as error:
            self.log.warning("%s", error)
        bucket = archive_bucket()
        key = bucket.manifest(self.part["key"]).object_key
        restore.ask(bucket, key, params["tier"], params["copy_days"])
        self._wait(context, [key])

    def after_wait(self, context: Any, event: Mapping[str, list[str]]) -> dict[str, Any]:
        """The same again."""
        self._check(event)
        return self.execute(context)
