"""Is the provider reachable? Asked of real servers on this machine, with our own certificates."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from vitals.orchestration import internet
from vitals.orchestration.internet import Address, obstacles
from vitals.simulator.server import running

JSON = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{}"
PORTAL = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html>Log in</html>"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusted(authority, tmp_path, monkeypatch) -> None:
    """The tests' authority is the only one that is trusted, and there is no proxy."""
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    # A name server that is out of reach is given up after some tens of seconds.
    monkeypatch.setattr(internet, "ANSWER_SECONDS", 120)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def certificate(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@contextlib.asynccontextmanager
async def server(
    answer: str | None = JSON, tls: ssl.SSLContext | None = None, port: int = 0
) -> AsyncIterator[int]:
    """Gives one answer to everybody, or none at all; yields its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            await reader.read(65536)
            if answer is not None:
                writer.write(answer.encode())
                await writer.drain()
        writer.close()

    listening = await asyncio.start_server(talk, "localhost", port, ssl=tls)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


def look(address: str, **kwargs) -> dict[str, str]:
    """What is in the way of an address at a server that is made with `kwargs`."""

    async def with_server() -> dict[str, str]:
        async with server(**kwargs) as port:
            return await obstacles([address.format(port=port)])

    return asyncio.run(with_server())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("api.fitbit.com:443", Address("api.fitbit.com", 443)),
        ("api.fitbit.com", Address("api.fitbit.com", 443)),
        ("https://api.fitbit.com/1", Address("api.fitbit.com", 443, path="/1")),
        ("http://127.0.0.1:8900/fitbit", Address("127.0.0.1", 8900, tls=False, path="/fitbit")),
        ("http://[::1]:8900", Address("::1", 8900, tls=False)),
    ],
)
def test_addresses(text, expected):
    assert Address.parse(text) == expected


@pytest.mark.parametrize("text", ["", "ftp://example.org", "host:port", "https://"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError):
        Address.parse(text)


def test_a_valid_certificate_is_enough(authority):
    assert look("localhost:{port}", tls=certificate(authority)) == {}
    assert look("https://localhost:{port}", tls=certificate(authority), answer=None) == {}


@pytest.mark.parametrize("name", ["", "google_health/", "fitbit", "strava/api/v3", "garmin"])
def test_the_simulator_is_up(name):
    with running() as simulator:
        assert asyncio.run(obstacles([f"{simulator.url}/{name}"])) == {}


def test_a_certificate_for_another_name_is_refused(authority):
    (reason,) = look("localhost:{port}", tls=certificate(authority, "portal.example")).values()
    assert "certificate refused" in reason and "localhost" in reason


def test_a_certificate_of_a_stranger_is_refused():
    (reason,) = look("localhost:{port}", tls=certificate(trustme.CA())).values()
    assert "certificate refused" in reason and "unable to get local issuer" in reason


def test_a_server_without_tls_is_no_provider():
    (reason,) = look("localhost:{port}").values()
    assert reason.startswith("TLS error")


def test_nobody_listens(free_port):
    port = free_port()
    assert asyncio.run(obstacles([f"127.0.0.1:{port}", f"http://127.0.0.1:{port}"])) == {
        f"127.0.0.1:{port}": "connection refused"
    }
    (reason,) = asyncio.run(obstacles([f"localhost:{port}"])).values()
    assert "refused" in reason or "Connect call failed" in reason


def test_a_name_that_nobody_knows():
    assert list(asyncio.run(obstacles(["api.invalid:443", "http://api.invalid"]))) == [
        "api.invalid:443",
        "api.invalid:80",
    ]
    (reason,) = asyncio.run(obstacles(["api.invalid"])).values()
    assert reason.startswith("DNS failure")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (PORTAL, "a web page answers (status 200): a captive portal?"),
        (
            "HTTP/1.1 302 Found\r\nLocation: https://portal.example/login?x\r\n\r\n",
            "it redirects to portal.example: a captive portal?",
        ),
        (
            "HTTP/1.1 511 Network Authentication Required\r\n\r\n",
            "the network asks for a login (status 511)",
        ),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", "what answers does not speak HTTP"),
        ("", "connection closed before an answer"),
    ],
)
def test_what_answers_is_not_the_provider(answer, reason):
    assert list(look("http://localhost:{port}", answer=answer).values()) == [reason]


def test_a_redirect_on_the_same_host_is_an_answer():
    answer = "HTTP/1.1 301 Moved\r\nLocation: http://localhost:1/elsewhere\r\n\r\n"
    assert look("http://localhost:{port}", answer=answer) == {}


def test_silence_ends_after_a_while(monkeypatch):
    monkeypatch.setattr(internet, "ANSWER_SECONDS", 0.3)

    async def silent() -> dict[str, str]:
        listening = await asyncio.start_server(lambda reader, writer: None, "localhost", 0)
        async with listening:
            port = listening.sockets[0].getsockname()[1]
            return await obstacles([f"http://localhost:{port}", f"localhost:{port}"])

    assert set(asyncio.run(silent()).values()) == {"no answer within 0 s"}


@contextlib.asynccontextmanager
async def proxy(target: int, login: str = "") -> AsyncIterator[int]:
    """Tunnels every CONNECT to a port of this machine, for those with the right login."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if login not in head or not head.startswith("CONNECT"):
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            writer.close()
            return
        there = await asyncio.open_connection("localhost", target)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(copy(reader, there[1]), copy(there[0], writer))

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


def test_the_way_leads_through_the_proxy_of_the_environment(authority, monkeypatch):
    """The name is one that only the proxy could resolve."""

    async def through_proxy() -> list[dict[str, str]]:
        tls = certificate(authority, "api.invalid")
        async with server(tls=tls) as port, proxy(port, "Basic bWU6YSBi") as proxy_port:
            monkeypatch.setenv("https_proxy", f"http://me:a%20b@127.0.0.1:{proxy_port}")
            known = await obstacles(["api.invalid:443"])
            monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy_port}")
            stranger = await obstacles(["api.invalid:443"])
            monkeypatch.setenv("no_proxy", "invalid")
            return [known, stranger, await obstacles(["api.invalid:443"])]

    known, stranger, direct = asyncio.run(through_proxy())
    assert known == {}
    assert "the proxy refuses with status 407 (proxy 127.0.0.1:" in stranger["api.invalid:443"]
    assert direct["api.invalid:443"].startswith("DNS failure")


def trigger(host: str, wait: float):
    from vitals.orchestration.triggers import InternetConnectionTrigger

    deadline = datetime.now(UTC) + timedelta(seconds=wait)
    return InternetConnectionTrigger([host], deadline.isoformat(), poke_interval=0.2)


async def first_event(waiting) -> dict:
    return (await anext(aiter(waiting.run()))).payload


def test_the_trigger_survives_being_sent_to_another_process():
    path, kwargs = trigger("api.fitbit.com:443", 60).serialize()
    assert path == "vitals.orchestration.triggers.InternetConnectionTrigger"
    assert json.loads(json.dumps(kwargs)) == kwargs


def test_the_trigger_fires_when_the_host_comes_up(authority, free_port):
    port = free_port()

    async def comes_up_later() -> dict:
        event = asyncio.create_task(first_event(trigger(f"localhost:{port}", wait=600)))
        await asyncio.sleep(0.7)
        assert not event.done()
        async with server(tls=certificate(authority), port=port):
            return await asyncio.wait_for(event, timeout=300)

    assert asyncio.run(comes_up_later()) == {"unreachable": {}}


def test_the_trigger_gives_up_at_its_deadline_and_not_before(free_port):
    begun = datetime.now(UTC)
    waiting = trigger(f"127.0.0.1:{free_port()}", wait=0.7)
    event = asyncio.run(asyncio.wait_for(first_event(waiting), timeout=300))
    assert list(event["unreachable"].values()) == ["connection refused"]
    assert (datetime.now(UTC) - begun).total_seconds() >= 0.7


def test_a_trigger_that_starts_again_after_its_deadline_looks_once(free_port):
    event = asyncio.run(first_event(trigger(f"127.0.0.1:{free_port()}", wait=-60)))
    assert event["unreachable"]


@pytest.fixture
def sensor() -> Iterator:
    from vitals.orchestration.sensors import InternetConnectionSensor

    def make(*hosts: str):
        return InternetConnectionSensor(task_id="wait_for_internet", hosts=hosts)

    return make


def test_the_sensor_passes_at_once_where_all_answer(sensor):
    with running() as simulator:
        assert sensor(f"{simulator.url}/fitbit").execute({}) is None


def test_the_sensor_looks_every_two_minutes_for_an_hour(sensor, free_port):
    from airflow.sdk.exceptions import TaskDeferred

    before = datetime.now(UTC)
    with pytest.raises(TaskDeferred) as deferred:
        sensor(f"127.0.0.1:{free_port()}").execute({})
    waiting = deferred.value.trigger
    assert waiting.poke_interval == 120
    limit = datetime.fromisoformat(waiting.deadline) - before
    assert timedelta(hours=1) <= limit < timedelta(hours=1, minutes=1)


def test_the_sensor_fails_with_what_it_tried(sensor):
    from airflow.sdk.exceptions import AirflowFailException

    waiting = sensor("api.fitbit.com:443")
    assert waiting.after_wait({}, {"unreachable": {}}) is None
    found = {"a.example:443": "connection refused", "b.example:443": "DNS failure: unknown"}
    with pytest.raises(AirflowFailException) as failed:  # which is not tried again
        waiting.after_wait({}, {"unreachable": found})
    assert type(failed.value).__name__ == "NetworkConnectivityError"
    assert str(failed.value) == (
        "no network connection for 1:00:00: "
        "a.example:443: connection refused; b.example:443: DNS failure: unknown"
    )


def test_the_sensor_refuses_what_is_no_address(sensor):
    with pytest.raises(ValueError, match="write host:port"):
        sensor("ftp://example.org")
