"""What a data set holds -> the page in its folder that a person reads first."""

from importlib.resources import files
from string import Template

from vitals.datasets.descriptor import Description

_READING = {
    ".parquet": """\
```python
import pandas
{name} = pandas.read_parquet("data/{name}.parquet")    # in R: arrow::read_parquet(...)
```""",
    ".gz": """\
```python
import pandas
{name} = pandas.read_csv("data/{name}.csv.gz")    # in R: readr::read_csv(...)
```""",
}
_CODES = (
    "Participants and devices have random study codes; a key file that is\nkept apart from it says "
    "who is who. That is no anonymity: days, times and time zones can betray somebody."
)
_IDS = "Participants have the ids of the warehouse."


def render(described: Description) -> str:
    """The page, as Markdown."""
    # Whatever follows the participants, where there are no days.
    by_name = {one.name: one for one in described.resources}
    example = by_name.get("daily_health", described.resources[:2][-1])
    suffix = example.path[example.path.rindex(".") :]
    lines = [
        f"| `{one.path}` | {one.rows:,} | {_first_sentence(one.description)} |"
        for one in described.resources
    ]
    template = Template((files(__package__) / "readme.md").read_text(encoding="utf-8"))
    return template.substitute(
        name=described.name,
        version=described.origin.code_version,
        made_at=f"{described.made_at:%Y-%m-%d}",
        selection=_selection(described),
        tables="\n".join(lines),
        data_sha256=described.data_sha256,
        reading=_READING[suffix].format(name=example.name),
        pseudonyms=_CODES if described.has_pseudonyms else _IDS,
    )


def _selection(described: Description) -> str:
    wanted = described.selection
    people = described.people
    if wanted.study:
        people += f" of the study {wanted.study}, each on the days of the study only"
    days = [f"from {wanted.first_date}"] if wanted.first_date else []
    days += [f"until {wanted.last_date}"] if wanted.last_date else []
    return f"{people}, {' '.join(days)}" if days else people


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".").replace("|", "\\|") + "."
