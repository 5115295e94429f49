"""What the description of Fitbit promises to others."""

from pathlib import Path

import yaml

from vitals.sources.fitbit import SCOPES, SPEC
from vitals.sources.fitbit.client import READERS

PROJECT = Path(__file__).parents[3] / "include" / "dbt" / "dbt_project.yml"


def test_stage_knows_the_resources_that_tell_wall_clock_time():
    listed = yaml.safe_load(PROJECT.read_text())["vars"]["wall_time_resources"]
    here = {f"fitbit__{one.name}" for one in SPEC.resources if one.writes_wall_time}
    assert here == {name for name in listed if name.startswith("fitbit__")}


def test_every_resource_is_read_and_its_scope_asked_for():
    assert READERS.keys() == {one.name for one in SPEC.resources}
    assert {one.scope for one in SPEC.resources} == set(SCOPES)
