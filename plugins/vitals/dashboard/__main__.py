"""`python -m vitals.dashboard`: Streamlit as a server, without telemetry and without its extras."""

import os
import sys
from pathlib import Path

OPTIONS = {
    "BROWSER_GATHER_USAGE_STATS": "false",
    "SERVER_HEADLESS": "true",
    "SERVER_SHOW_EMAIL_PROMPT": "false",
    "SERVER_FILE_WATCHER_TYPE": "none",
    "SERVER_RUN_ON_SAVE": "false",
    "CLIENT_TOOLBAR_MODE": "minimal",
    # A traceback may hold what somebody typed; pages say in words what is wrong.
    "CLIENT_SHOW_ERROR_DETAILS": "none",
    # For each of the two, so that the page follows the browser's light or dark mode.
    "THEME_LIGHT_PRIMARY_COLOR": "#0072B2",
    "THEME_DARK_PRIMARY_COLOR": "#56B4E9",
    "THEME_BASE_RADIUS": "small",
    "THEME_HEADING_FONT_SIZES": '["1.8rem", "1.35rem", "1.2rem", "1.05rem", "1rem", "1rem"]',
    "LOGGER_LEVEL": "warning",
}


def main() -> None:
    """Become the server: one process, which signals reach directly."""
    given = os.environ
    for name, value in OPTIONS.items():
        given.setdefault(f"STREAMLIT_{name}", value)
    given["STREAMLIT_SERVER_PORT"] = given.get("VITALS_DASHBOARD_PORT") or "8501"
    given["STREAMLIT_SERVER_ADDRESS"] = given.get("VITALS_DASHBOARD_HOST") or "127.0.0.1"
    page = Path(__file__).with_name("main.py")
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(page)])


if __name__ == "__main__":
    main()
