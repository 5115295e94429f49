"""What the dashboard reads of the API fits into memory, and what went wrong is said in words."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from vitals.dashboard import client, config
from vitals.dashboard.client import Api, ApiError, NotReachedError
from vitals.dashboard.reading import path_of
from vitals.embedded.dashboard import Dashboard
from vitals.monitoring import settings as monitoring_settings


@pytest.fixture
def url():
    """A server whose files have 3 MB, and of which the one called `cut` ends before that."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "3000000")
            self.end_headers()
            self.wfile.write(b"x" * (10 if self.path == "/cut" else 3_000_000))

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_file_that_memory_cannot_hold_is_left_to_others(url, monkeypatch):
    assert len(Api(url, "t").file("/whole", "CSV")) == 3_000_000
    monkeypatch.setattr(client, "MOST_FILE_BYTES", 2_000_000)
    with pytest.raises(ApiError, match="larger than 2 MB"):
        Api(url, "t").file("/whole", "CSV")


def test_a_file_that_is_cut_is_none(url):
    with pytest.raises(NotReachedError, match="does not answer"):
        Api(url, "t").file("/cut", "CSV")


def test_ids_are_quoted_in_paths():
    assert path_of("a/b c?ø", "sleep") == "/v1/participants/a%2Fb%20c%3F%C3%B8/sleep"


def test_silent_is_who_the_notices_call_silent(make_settings):
    given = make_settings(VITALS_SILENT_AFTER_DAYS="5")
    told = monitoring_settings.read(given.environment).silent_days
    assert config.read(Dashboard(given).environment()).silent_days == told == 5
    # What is not set arrives empty in a container.
    assert config.read({"VITALS_SILENT_AFTER_DAYS": ""}) == config.read({})
