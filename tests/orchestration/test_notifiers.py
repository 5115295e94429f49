"""Messages through Airflow's notifiers, to a real mail server and a real HTTP server."""

import json
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import psycopg
import pytest
from aiosmtpd.controller import Controller
from airflow.sdk.exceptions import AirflowSkipException

from vitals.monitoring.books import note_failed_run
from vitals.monitoring.digest import compose
from vitals.monitoring.findings import Finding
from vitals.monitoring.settings import EMAIL, WEBHOOK, MonitoringSettings
from vitals.orchestration import nightly
from vitals.orchestration.failures import note_failure
from vitals.orchestration.notifiers import NotSentError, beat, send

LINKS = {"Vitals in Airflow": "http://127.0.0.1:8080/plugin/vitals"}
FINDINGS = [
    Finding("failed", "failed:d:1", "d failed: {{ 1 / 0 }} <b>{% raw %}", "mend it"),
    *(Finding("silent", f"silent:p{n}", f"p{n}: no data", "ask") for n in range(30)),
]


@pytest.fixture
def mailbox(free_port, monkeypatch) -> Iterator[list]:
    """Mails that a server on this machine has taken."""
    taken: list = []

    class Handler:
        async def handle_DATA(self, server, session, envelope):
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            taken.append((envelope.rcpt_tos, parsed))
            return "250 OK"

    place = {"hostname": "127.0.0.1", "port": free_port(), "ready_timeout": 60}
    controller = Controller(Handler(), **place)
    controller.start()
    options = "from_email=vitals%40example.org&disable_ssl=true&disable_tls=true"
    monkeypatch.setenv(
        "AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://127.0.0.1:{controller.port}/?{options}"
    )
    yield taken
    controller.stop()


@pytest.fixture
def webhook() -> Iterator[SimpleNamespace]:
    """A server that takes JSON, or is just asked for, and answers with `status`."""
    state = SimpleNamespace(taken=[], status=200)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.taken.append(json.loads(body))
            self.send_response(state.status)
            self.end_headers()

        def do_GET(self):
            state.taken.append(self.path)
            self.send_response(state.status)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}/secret-path"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield state
        server.shutdown()


def test_mail_says_all_of_it_once_and_as_it_is(mailbox):
    monitoring = MonitoringSettings(emails=("a@example.org", "b@example.org"))
    send(EMAIL, compose(FINDINGS, LINKS), monitoring)
    ((recipients, mail),) = mailbox
    assert recipients == ["a@example.org", "b@example.org"]
    assert mail["Subject"] == "Vitals: 1 failed run, 30 silent participants"
    assert mail["From"] == "vitals@example.org"
    html = mail.get_body(("html",)).get_content()
    assert "{{ 1 / 0 }} &lt;b&gt;{% raw %}" in html  # neither rendered nor markup
    assert "p19: no data" in html and "p20: no data" not in html and "and 10 more" in html
    assert LINKS["Vitals in Airflow"] in html


def test_the_webhook_gets_text_that_chats_understand(webhook):
    send(WEBHOOK, compose(FINDINGS, LINKS), MonitoringSettings(webhook_url=webhook.url))
    (body,) = webhook.taken
    assert body["subject"] == "Vitals: 1 failed run, 30 silent participants"
    assert body["text"].startswith(body["subject"])
    assert "{{ 1 / 0 }} <b>{% raw %}" in body["text"] and "and 10 more" in body["text"]


def test_a_refusal_says_what_was_answered_but_not_where(webhook, free_port):
    webhook.status = 403
    gone = f"http://127.0.0.1:{free_port()}/secret-path"
    for url, told in ((webhook.url, "403"), (gone, "cannot be reached")):
        with pytest.raises(NotSentError, match=told) as refused:
            send(WEBHOOK, compose(FINDINGS, LINKS), MonitoringSettings(webhook_url=url))
        assert "secret-path" not in str(refused.value)


def test_a_watcher_that_refuses_is_not_named(webhook, free_port):
    beat(webhook.url)
    assert webhook.taken == ["/secret-path"]
    webhook.status = 404
    gone = f"http://127.0.0.1:{free_port()}/secret-path"
    for url, told in ((webhook.url, "404"), (gone, "cannot be reached")):
        with pytest.raises(NotSentError, match=told) as refused:
            beat(url)
        assert "secret-path" not in str(refused.value)


def test_a_report_that_fails_is_told_without_the_warehouse(mailbox, webhook, monkeypatch):
    webhook.status = 500  # one channel must not keep the other from being told
    monkeypatch.setenv("VITALS_NOTIFY_WEBHOOK", webhook.url)
    monkeypatch.setenv("VITALS_NOTIFY_EMAIL", "a@example.org")
    nightly.report_failed({"run_id": "scheduled__1"})
    assert len(webhook.taken) == 1
    ((_, mail),) = mailbox
    assert "could not be made (scheduled__1)" in mail.get_body(("html",)).get_content()


def test_a_failed_task_is_noted_with_its_reason(warehouse_dsn, monkeypatch, caplog):
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_WAREHOUSE", warehouse_dsn)
    task = SimpleNamespace(
        dag_id="fitbit_raw_extract", run_id="r1", task_id="extract", map_index=3,
        rendered_map_index="p0004",
    )  # fmt: skip
    note_failure({"ti": task, "exception": ValueError("no answer\nmore")})
    with psycopg.connect(warehouse_dsn) as connection:
        rows = connection.execute("select dag_id, task_id, reason from ops.failed_runs").fetchall()
    assert rows == [("fitbit_raw_extract", "extract[p0004]", "no answer")]
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_WAREHOUSE", "postgresql://127.0.0.1:1/none")
    note_failure({"ti": task, "exception": None})  # only logged
    assert "not noted" in caplog.text


def test_problems_without_a_channel_say_that_nobody_is_told(warehouse_dsn, monkeypatch, caplog):
    monkeypatch.setenv("AIRFLOW_CONN_VITALS_WAREHOUSE", warehouse_dsn)
    for name in ("VITALS_NOTIFY_EMAIL", "VITALS_NOTIFY_WEBHOOK"):
        monkeypatch.setenv(name, "")
    note_failed_run(warehouse_dsn, "fitbit_raw_extract", "r1", "extract", "no answer")
    assert nightly.find_problems.function()
    with pytest.raises(AirflowSkipException) as skipped:
        nightly.channels.function()
    for told in (caplog.text, str(skipped.value)):
        assert "nobody is told" in told and "VITALS_NOTIFY_WEBHOOK" in told
