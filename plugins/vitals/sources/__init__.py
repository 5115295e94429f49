"""The outside world -> rows. Registry: every sub-folder that exports SPEC is a provider.

Nothing here knows Airflow or the warehouse, so that a source can be tried on a laptop. Importing
the registry costs little: a provider imports its SDK and dlt only when its source is built.
"""

import importlib
import pkgutil

from vitals.sources._api.spec import ApiSpec
from vitals.sources.base import SourceSpec


def api_providers() -> dict[str, ApiSpec]:
    """The providers whose accounts are read over their API."""
    return {name: spec for name, spec in providers().items() if isinstance(spec, ApiSpec)}


def providers() -> dict[str, SourceSpec | ApiSpec]:
    """The providers by name, in alphabetical order; folders starting with `_` are not providers."""
    names = sorted(item.name for item in pkgutil.iter_modules(__path__) if item.ispkg)
    found = (_spec(name) for name in names if not name.startswith("_"))
    return {spec.name: spec for spec in found if spec}


def _spec(name: str) -> SourceSpec | ApiSpec | None:
    return getattr(importlib.import_module(f"{__name__}.{name}"), "SPEC", None)
