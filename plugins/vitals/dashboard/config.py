"""dashboard.config: environment -> where the API is, and with which token it is asked."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vitals.setting_values import SettingError
from vitals.silence import silent_after_days


@dataclass(frozen=True)
class DashboardConfig:
    """How the dashboard reaches the API.

    Attributes:
        api_url: where the API answers, without a trailing slash.
        token_file: file with the token for everybody who opens the dashboard; None: each visitor
            is asked for a token of their own, and sees what that may see.
        silent_days: a participant without data for so many whole days needs attention.
    """

    api_url: str
    token_file: Path | None
    silent_days: int

    def shared_token(self) -> str | None:
        """The token of the file, None if visitors are asked.

        Raises:
            SettingError: the file is named but cannot be read.
        """
        if self.token_file is None:
            return None
        try:
            return self.token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(
                f"the token in {self.token_file} cannot be read ({error.strerror}): "
                "`make up` makes one"
            ) from None


def read(given: Mapping[str, str] = os.environ) -> DashboardConfig:
    """The configuration of an environment; what is empty counts as not set.

    Raises:
        SettingError: a value cannot be used.
    """
    given = {name: value for name, value in given.items() if value}
    file = given.get("VITALS_DASHBOARD_TOKEN_FILE")
    url = given.get("VITALS_API_URL", f"http://127.0.0.1:{given.get('VITALS_API_PORT', '8000')}")
    return DashboardConfig(
        api_url=url.rstrip("/"),
        token_file=Path(file) if file else None,
        silent_days=silent_after_days(given),
    )
