"""`python -m vitals.synthetic`: sizes -> documents in MongoDB, truth in Parquet."""

import argparse
import sys
from datetime import date
from pathlib import Path

from vitals.synthetic.cohort import Cohort
from vitals.synthetic.mongo import fill_mongo
from vitals.synthetic.truth import write_truth


def generate(
    cohort: Cohort, mongo_uri: str | None = None, truth_folder: Path | None = None
) -> None:
    """Fill a document store, write the truth, or both, and say on standard error what was done.

    Args:
        cohort: What to generate.
        mongo_uri: `mongodb://host:port/database`, or None to leave MongoDB alone.
        truth_folder: Where the Parquet files go, or None.
    """
    print(
        f"{cohort.participants} participants, {cohort.start_date} to {cohort.last_date} (UTC), "
        f"seed {cohort.seed}",
        file=sys.stderr,
    )
    if mongo_uri is not None:
        added = fill_mongo(cohort, mongo_uri, _show_progress)
        print("\nadded to MongoDB: " + _counts(added), file=sys.stderr)
    if truth_folder is not None:
        rows = write_truth(cohort, truth_folder)
        print(f"written to {truth_folder}: " + _counts(rows), file=sys.stderr)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.mongo is None and given.truth is None:
        parser.error("give --mongo, --truth or both")
    sizes = {
        "seed": given.seed,
        "participants": given.participants,
        "resolution_seconds": given.resolution,
        "default_time_zone": given.default_time_zone,
        "local_time_collections": tuple(filter(None, given.local_time_collections.split(","))),
    }
    try:
        if given.start is None:
            cohort = Cohort.recent(days=given.days, **sizes)
        else:
            cohort = Cohort(days=given.days, start_date=given.start, **sizes)
    except ValueError as error:
        parser.error(str(error))
    generate(cohort, given.mongo, given.truth)


def _parser() -> argparse.ArgumentParser:
    usual = Cohort()
    parser = argparse.ArgumentParser(
        prog="python -m vitals.synthetic",
        description="Generate a study population of known truth. The same options always give the "
        "same documents; filling a store a second time adds only what is missing.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--participants", type=int, default=usual.participants, help="number of participants")
    add("--days", type=int, default=usual.days, help="number of UTC days of data")
    add(
        "--start",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="first day; without it the last day is yesterday, and what the watches had not "
        "delivered by midnight is left out",
    )
    add("--seed", type=int, default=usual.seed, help="another seed, another population")
    add(
        "--resolution",
        type=int,
        default=usual.resolution_seconds,
        metavar="SECONDS",
        help="usual distance of heart-rate samples, 1 to 15",
    )
    add("--mongo", metavar="URI", help="MongoDB database to fill: mongodb://host:port/database")
    add("--truth", type=Path, metavar="DIR", help="folder for the truth as Parquet files")
    add(
        "--default-time-zone",
        default=usual.default_time_zone,
        metavar="ZONE",
        help="where participants live who state no time zone",
    )
    add(
        "--local-time-collections",
        default="",
        metavar="A,B",
        help="collections that write local wall-clock time as if it were UTC",
    )
    return parser


def _show_progress(collection: str, documents: int) -> None:
    print(f"\r{collection}: {documents:,} documents   ", end="", file=sys.stderr, flush=True)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items())


if __name__ == "__main__":
    main()
