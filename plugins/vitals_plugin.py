"""Airflow plugin `vitals`: the entry "Vitals" in the navigation, and the page behind it.

Every process of Airflow runs this file, tasks included, so it imports next to nothing; the page is
put together by the API server when somebody first asks for it.
"""

from airflow.sdk.plugins_manager import AirflowPlugin

from vitals.orchestration.pages import PREFIX, navigation, page_app


class VitalsPlugin(AirflowPlugin):
    """The page and where to find it."""

    name = "vitals"
    fastapi_apps = [{"app": page_app, "url_prefix": PREFIX, "name": "Vitals"}]
    external_views = navigation()
