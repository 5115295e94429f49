"""secrets: settings without passwords -> `<home>/secrets.env` (mode 0600) with generated ones."""

import base64
import secrets as random_source
from pathlib import Path

from vitals.settings import SECRET_VARIABLES, Settings, load, read_env_file


def with_secrets(settings: Settings) -> Settings:
    """The same settings with every secret present; those that were missing are generated and kept.

    A secret that the user set is never written to the file.
    """
    missing = [
        variable for key, variable in SECRET_VARIABLES.items() if not getattr(settings.secrets, key)
    ]
    if not missing:
        return settings
    settings.home.mkdir(mode=0o711, parents=True, exist_ok=True)
    kept = read_env_file(settings.secrets_file)
    kept.update({variable: _generate(variable) for variable in missing})
    _write_private(settings.secrets_file, "".join(f"{k}={v}\n" for k, v in kept.items()))
    return load(settings.environment, project=settings.project)


def _generate(variable: str) -> str:
    """A new secret: 192 bits for a password, 384 for what signs tokens (as RFC 7518 wants)."""
    if variable in ("AIRFLOW__CORE__FERNET_KEY", "VITALS_TOKEN_KEY"):
        return base64.urlsafe_b64encode(random_source.token_bytes(32)).decode()
    return random_source.token_urlsafe(48 if variable.startswith("AIRFLOW__") else 24)


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600, exist_ok=False)
    part.write_text(text)
    part.replace(path)
