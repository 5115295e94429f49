"""monitoring.settings: environment -> when something counts as wrong, and who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from vitals.setting_values import SettingError, whole_number
from vitals.silence import silent_after_days

EMAIL, WEBHOOK = "email", "webhook"


@dataclass(frozen=True)
class MonitoringSettings:
    """What the nightly report and the pages go by.

    Attributes:
        silent_days: a participant without data for so many whole days is silent.
        forgotten_days: after so many days nobody expects data of a participant any more.
        repeat_after: a problem that lasts is told again.
        emails: who gets the report by e-mail; nobody if empty.
        webhook_url: where it is posted as JSON; the address may itself be a secret.
        heartbeat_url: what is asked for after each night that was checked.
    """

    silent_days: int = 3
    forgotten_days: int = 30
    repeat_after: timedelta = timedelta(days=3)
    emails: tuple[str, ...] = ()
    webhook_url: str = field(default="", repr=False)
    heartbeat_url: str = field(default="", repr=False)

    @property
    def channels(self) -> tuple[str, ...]:
        """The ways by which somebody is told."""
        return tuple(
            name for name, target in ((EMAIL, self.emails), (WEBHOOK, self.webhook_url)) if target
        )


def read(given: Mapping[str, str]) -> MonitoringSettings:
    """The settings of an environment (`Settings.environment`).

    Raises:
        SettingError: a value cannot be used.
    """
    silent = silent_after_days(given)
    return MonitoringSettings(
        silent_days=silent,
        forgotten_days=max(whole_number(given, "VITALS_FORGOTTEN_AFTER_DAYS", 30), silent),
        repeat_after=timedelta(days=max(whole_number(given, "VITALS_NOTIFY_REPEAT_DAYS", 3), 1)),
        emails=_emails(given),
        webhook_url=_url(given, "VITALS_NOTIFY_WEBHOOK"),
        heartbeat_url=_url(given, "VITALS_NOTIFY_HEARTBEAT"),
    )


def _emails(given: Mapping[str, str]) -> tuple[str, ...]:
    variable = "VITALS_NOTIFY_EMAIL"
    found = tuple(filter(None, map(str.strip, given.get(variable, "").split(","))))
    for address in found:
        if "@" not in address or " " in address:
            raise SettingError(f"{variable} must be e-mail addresses with commas, not {address!r}")
    return found


def _url(given: Mapping[str, str], variable: str) -> str:
    url = given.get(variable, "")
    if url and not url.startswith(("http://", "https://")):
        raise SettingError(f"{variable} must begin with https:// or http://")
    return url
