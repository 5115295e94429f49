"""What a person sees: Airflow's pages in a real browser, kept as pictures in .vitals/screenshots.

Runs after test_iot_runs and test_nightly_runs, on their finished runs.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import Page, expect, sync_playwright

from vitals import settings

pytestmark = pytest.mark.slow
expect.set_options(timeout=300_000)  # as patient as the pages are

PICTURES = settings.PROJECT / ".vitals" / "screenshots"
DAGS = (
    "iot_master_dag",
    "iot_raw_extract",
    "iot_stage_transform",
    "iot_agg_transform_daily",
    "iot_agg_transform_weekly",
    "iot_agg_transform_monthly",
    "google_health_raw_extract",
    "connections_doctor",
    "nightly_report",
)


@pytest.fixture(scope="module")
def page(stack, chromium) -> Iterator[Page]:
    """A browser that is logged in."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags, timeout=300_000)
        page = browser.new_page(viewport={"width": 1500, "height": 1000})
        page.set_default_timeout(300_000)
        page.goto(stack.airflow.url)
        page.fill("input[name=username]", settings.AIRFLOW_USER)
        page.fill("input[name=password]", stack.settings.secrets.airflow_password)
        page.click("button[type=submit]")
        page.wait_for_selector("text=Dags")
        yield page
        browser.close()


def picture(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file)
    assert Path(file).stat().st_size > 10_000


def test_list_of_dags(stack, page):
    page.goto(f"{stack.airflow.url}/dags")
    for dag_id in DAGS:
        page.wait_for_selector(f"text={dag_id}")
    assert page.locator("text=Import Error").count() == 0
    picture(page, "dags")


@pytest.mark.parametrize("dag_id", DAGS)
def test_grid_and_documentation(stack, page, dag_id):
    page.goto(f"{stack.airflow.url}/dags/{dag_id}")
    page.wait_for_selector(f"text={dag_id}")
    if "transform" in dag_id or dag_id == "iot_master_dag":  # those with groups
        page.get_by_label("Expand all task groups").click()
        page.wait_for_selector("text=dbt build")
    picture(page, f"{dag_id}-grid")
    page.get_by_role("button", name="Dag Docs").first.click()
    page.wait_for_selector("text=Triage")
    picture(page, f"{dag_id}-docs")


@pytest.mark.parametrize(
    ("dag_id", "title"),
    [("iot_raw_extract", "Collections"), ("google_health_raw_extract", "Participants")],
)
def test_form_of_a_manual_run(stack, page, dag_id, title):
    page.goto(f"{stack.airflow.url}/dags/{dag_id}")
    page.get_by_role("button", name="Trigger").first.click()
    page.wait_for_selector(f"text={title}")
    picture(page, f"{dag_id}-form")


def test_accounts_are_named_in_the_grid(stack, page):
    run_id = stack.airflow.runs("google_health_raw_extract")[-2]["dag_run_id"]
    run = f"{stack.airflow.url}/dags/google_health_raw_extract/runs/{quote(run_id)}"
    page.goto(f"{run}/tasks/extract/mapped")
    page.wait_for_selector("text=p0001")
    page.wait_for_selector("text=p0002")
    picture(page, "google_health_raw_extract-accounts")


def test_vitals_shows_nothing_without_a_login(stack):
    for path in ("/vitals/", "/vitals/overview"):
        answer = requests.get(f"{stack.airflow.url}{path}", timeout=60)
        assert answer.status_code in (401, 404) and "Freshness" not in answer.text
    for path in ("/vitals/docs", "/vitals/openapi.json"):
        assert requests.get(f"{stack.airflow.url}{path}", timeout=60).status_code == 404


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_vitals_page(stack, page, theme):
    page.goto(f"{stack.airflow.url}/dags")
    page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
    page.reload()
    page.get_by_role("link", name="Vitals").first.click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Freshness").wait_for()
    expect(frame.locator("html")).to_have_attribute("data-theme", theme)
    for heading in (
        "What needs a person",
        "Last loads",
        "Rejected records",
        "Accounts",
        "Data flow",
    ):
        expect(frame.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(
        frame.get_by_text("vitals connect google_health --participant p0002").first
    ).to_be_visible()
    picture(page, f"vitals-{theme}")
    # Airflow's frame may open nothing by itself; a link must work all the same.
    frame.get_by_role("link", name="iot_stage_transform").last.click()
    page.wait_for_url("**/dags/iot_stage_transform**")


def test_vitals_page_on_a_phone(stack, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{stack.airflow.url}/vitals/")
    page.get_by_role("heading", name="Freshness").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "vitals-phone")
    page.set_viewport_size({"width": 1500, "height": 1000})
