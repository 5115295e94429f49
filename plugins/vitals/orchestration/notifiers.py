"""A message -> mail or webhook, through Airflow's notifiers; and the sign of life after a night.

Mail goes by the connection `smtp_default` (`AIRFLOW_CONN_SMTP_DEFAULT`), a webhook is one POST
of JSON with the key `text`, which Slack, Mattermost, Teams workflows and ntfy understand.
"""

from typing import Any

from airflow.sdk import BaseNotifier

from vitals.monitoring.digest import Message
from vitals.monitoring.settings import EMAIL, MonitoringSettings

TIMEOUT_SECONDS = 20


class NotSentError(RuntimeError):
    """A message was not taken; names no address, which may be a secret."""


class WebhookNotifier(BaseNotifier):
    """One POST of JSON. Its fields are no templates: what is told may contain braces."""

    def __init__(self, url: str, payload: dict[str, Any], **kwargs: Any) -> None:
        """Remembers what goes where."""
        super().__init__(**kwargs)
        self.url = url
        self.payload = payload

    def notify(self, context: Any) -> None:
        """Send it.

        Raises:
            NotSentError: the other side is not there, or does not take it.
        """
        _request("webhook", "POST", self.url, json=self.payload)


def send(channel: str, message: Message, monitoring: MonitoringSettings) -> None:
    """Send a message by one channel.

    Raises:
        NotSentError: the webhook did not take it.
        Exception: the mail server did not, or the connection is missing.
    """
    notifier(channel, message, monitoring)({"message": message})


def beat(url: str) -> None:
    """Ask for the address of a watcher outside, which tells somebody if nobody does.

    Raises:
        NotSentError: the watcher is not there, or does not take it.
    """
    _request("watcher", "GET", url)


def notifier(channel: str, message: Message, monitoring: MonitoringSettings) -> BaseNotifier:
    """The notifier that sends a message by a channel."""
    if channel == EMAIL:
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier

        # Airflow renders these as templates. Given by name, what is in the message is not rendered.
        return SmtpNotifier(
            to=list(monitoring.emails),
            subject="{{ message.subject }}",
            html_content="{{ message.html }}",
        )
    payload = {"text": f"{message.subject}\n\n{message.text}", "subject": message.subject}
    return WebhookNotifier(monitoring.webhook_url, payload)


def _request(name: str, method: str, url: str, **content: Any) -> None:
    """A request whose address is in no error: it is all that such a service asks for."""
    import requests

    try:
        answer = requests.request(method, url, timeout=TIMEOUT_SECONDS, **content)
    except requests.RequestException as error:
        raise NotSentError(f"the {name} cannot be reached: {type(error).__name__}") from None
    if not answer.ok:
        raise NotSentError(f"the {name} answers {answer.status_code} {answer.reason}")
