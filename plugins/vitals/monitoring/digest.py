"""monitoring.digest: findings -> one message: a subject, a text and an HTML page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from vitals.monitoring.findings import KINDS, Finding

# A thousand silent participants are one problem, and not a thousand lines.
SHOWN = 20


@dataclass(frozen=True)
class Message:
    """What is sent. The text is for chats, the HTML for mail."""

    subject: str
    text: str
    html: str


def compose(findings: Sequence[Finding], links: dict[str, str]) -> Message:
    """One message of all findings.

    Args:
        findings: at least one.
        links: where to look further, address by name.
    """
    groups = [
        (heading, of_kind)
        for kind, heading in KINDS.items()
        if (of_kind := [finding for finding in findings if finding.kind == kind])
    ]
    counts = ", ".join(_count(len(of_kind), heading) for heading, of_kind in groups)
    values = {"groups": groups, "links": links, "shown": SHOWN}
    return Message(
        subject=f"Vitals: {counts}",
        text=_environment().get_template("digest.txt").render(values),
        html=_environment().get_template("digest.html").render(values),
    )


def _count(number: int, heading: str) -> str:
    """`1 failed run`, `2 failed runs`: headings are plurals."""
    words = heading.lower().split()
    words = [word.removesuffix("s") for word in words] if number == 1 else words
    return f"{number} {' '.join(words)}"


def _environment() -> Environment:
    """Names of files, runs and errors are data: escaped wherever the template is HTML."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
