"""dbt_project: include/dbt -> the manifest that DAGs are drawn from, and what is built once."""

from vitals.embedded.errors import EmbeddedError
from vitals.embedded.service import Part
from vitals.orchestration import dbt_project


class DbtProject(Part):
    """The dbt project made ready for the warehouse; again after a change of its files."""

    name = "dbt-project"
    needs = ("warehouse",)

    def up(self) -> str:
        """Make what is missing or out of date; "built" or "current"."""
        try:
            return "built" if dbt_project.prepare(self.settings) else "current"
        except dbt_project.DbtError as error:
            raise EmbeddedError(str(error)) from None
