"""python -m vitals.simulator.exports: write an export of a simulated person."""

import argparse
import sys
from datetime import date
from pathlib import Path

from vitals.simulator.exports import writers
from vitals.simulator.exports.sink import Sink
from vitals.simulator.truth import Truth
from vitals.simulator.truth.people import to_day


def main() -> None:
    """Write one export to a folder or a .zip."""
    known = writers()
    parser = argparse.ArgumentParser(prog="vitals.simulator.exports", description=__doc__)
    parser.add_argument("format", choices=sorted(known))
    parser.add_argument("path", type=Path, help="a folder, or a file that ends in .zip")
    parser.add_argument("--account", type=int, default=1, help="which person, from 1")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=date.fromisoformat, required=True, help="YYYY-MM-DD")
    parser.add_argument("--last", type=date.fromisoformat, required=True, help="YYYY-MM-DD")
    parser.add_argument("--interval", type=int, default=60, help="seconds between heart rates")
    given = parser.parse_args()
    if given.last < given.first:
        sys.exit("--last is before --first")
    truth = Truth(given.seed, given.account, given.interval)
    view = truth.view(truth.account(given.account))
    with Sink.to(given.path) as sink:
        known[given.format](view, sink, to_day(given.first), to_day(given.last))


if __name__ == "__main__":
    main()
