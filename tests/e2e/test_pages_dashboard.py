"""What a person sees of the dashboard: each page and each state in a real browser, as pictures.

Runs after the DAGs of test_iot_runs and test_nightly_runs, on what they have loaded.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from vitals import settings
from vitals.api import tokens
from vitals.embedded.api import HealthApi
from vitals.embedded.dashboard import Dashboard

pytestmark = pytest.mark.slow
expect.set_options(timeout=300_000)  # as patient as the pages are

PICTURES = settings.PROJECT / ".vitals" / "screenshots"
CHART = "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"
SIZES = {"desktop": (1400, 1000), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=flags, timeout=300_000)


@pytest.fixture
def visit(stack, browser):
    """Open a page as a browser of some size and theme; nothing may be fetched from elsewhere."""
    contexts, foreign = [], []

    def open_page(path: str, size: str = "desktop", theme: str = "light") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(300_000)
        page.on("request", lambda asked: foreign.append(asked.url))
        page.goto(f"{stack.settings.dashboard_url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert {url for url in foreign if url.startswith("http") and "//127.0.0.1" not in url} == set()


@pytest.fixture
def token_file(stack) -> Iterator[Path]:
    """Where the dashboard finds its token; as it was afterwards."""
    file = Dashboard(stack.settings).token_file
    before = file.read_text()
    yield file
    file.write_text(before)


def picture(page: Page, name: str) -> None:
    """All of a page, down to its end."""
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(700)
    size = page.viewport_size
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(height + 60, 3000)})
    page.wait_for_timeout(300)
    fits = "width => document.documentElement.scrollWidth <= width"
    page.wait_for_function(fits, arg=size["width"])  # charts are drawn anew
    file = PICTURES / f"dashboard-{name}.png"
    page.screenshot(path=file)
    assert file.stat().st_size > 5_000


def test_the_token_is_for_its_owner_only(stack):
    assert Dashboard(stack.settings).token_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("size", "theme"), [("desktop", "light"), ("desktop", "dark"), ("phone", "light")]
)
def test_cohort(visit, size, theme):
    page = visit("/", size, theme)
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()
    page.wait_for_selector(CHART)
    picture(page, f"cohort-{size}-{theme}")


def test_why_days_are_missing(visit):
    page = visit("/")
    page.get_by_text("Why missing").click()
    expect(page.get_by_text("A day that nobody asked for has no box")).to_be_visible()
    page.wait_for_selector(CHART)
    picture(page, "cohort-why-missing")


def test_nobody_is_found(visit):
    page = visit("/")
    page.get_by_label("Participant begins with").fill("zzz")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody's name begins with")).to_be_visible()
    picture(page, "cohort-nobody")


@pytest.mark.parametrize(
    ("tab", "shown"),
    [
        ("Over time", "A gap in the line is a gap in the data"),
        ("Sleep", "A sleep belongs to the day on which it ended"),
        ("Heart-rate zones", "as shares of the maximum"),
        ("Trends", "Dashed: the median"),
    ],
)
def test_participant(visit, tab, shown):
    page = visit("/participant?participant=p0001")
    page.get_by_role("tab", name=tab).click()
    expect(page.get_by_text(shown)).to_be_visible()
    page.wait_for_selector(CHART)
    assert "participant=p0001" in page.url
    picture(page, f"participant-{tab.lower().replace(' ', '-')}")


def test_values_can_be_downloaded(visit, stack, tmp_path):
    page = visit("/participant?participant=p0001")
    for form in ("CSV", "Parquet"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Download {form}").click()
        file = tmp_path / form
        download.value.save_as(file)
        start = file.read_bytes()[:40]
        assert start.startswith(b'"time",' if form == "CSV" else b"PAR1"), start


def test_participant_on_a_phone(visit):
    page = visit("/participant?participant=p0001", "phone")
    page.wait_for_selector(CHART)
    picture(page, "participant-phone")


def test_data(visit):
    page = visit("/data")
    for heading in ("Freshness", "Loads", "Rejected records"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    picture(page, "data")


def test_a_token_for_one_participant_sees_one(visit, stack, token_file):
    with psycopg.connect(stack.settings.warehouse_dsn, autocommit=True) as connection:
        made = tokens.create(connection, "browser", participant_id="p0001")
    token_file.write_text(made.text)
    page = visit("/data")
    expect(page.get_by_text("No permission to see")).to_be_visible()
    picture(page, "data-no-permission")
    page = visit("/participant?participant=p0002")
    expect(page.get_by_text("There is no participant p0002")).to_be_visible()
    picture(page, "participant-not-mine")


def test_a_token_that_is_refused(visit, token_file):
    token_file.write_text("vitals_of_nobody")
    page = visit("/")
    expect(page.get_by_text("No permission to see the dashboard")).to_be_visible()
    picture(page, "refused")


def test_an_api_that_is_down(visit, stack, token_file):
    token_file.write_text("vitals_that_nothing_is_remembered_for")
    api = HealthApi(stack.settings)
    api.down()
    try:
        page = visit("/")
        expect(page.get_by_text("The API does not answer")).to_be_visible()
        picture(page, "api-down")
    finally:
        api.up()
