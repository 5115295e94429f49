"""PMData's layout: `pNN/fitbit/<stream>.json`, one file for each stream, local time, ISO 8601."""

from vitals.simulator.exports.sink import Sink
from vitals.simulator.exports.takeout import Style
from vitals.simulator.exports.takeout import write as write_classic
from vitals.simulator.exports.texts import spaced
from vitals.simulator.truth import View


def write(view: View, sink: Sink, first: int, last: int) -> None:
    """Write the civil days `first` to `last`."""
    style = Style(
        root=f"p{view.account.number:02d}/fitbit",
        local=frozenset({"heart_rate", "steps", "distance", "calories", "exercise"}),
        time=spaced,
        merged=True,
        in_pounds=False,
        has_features=False,
    )
    write_classic(view, sink, first, last, style)
    folder = f"p{view.account.number:02d}/pmsys"
    sink.text(f"{folder}/wellness.csv", "effective_time_frame,fatigue,mood\n")
