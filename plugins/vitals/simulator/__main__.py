"""Command line: `python -m vitals.simulator --port 8900 --seed 1 --accounts 5`."""

import argparse
from datetime import date, datetime
from pathlib import Path

from vitals.simulator.state import Options
from vitals.simulator.truth import Truth
from vitals.simulator.truth.people import to_date, to_day

DESCRIPTION = """\
Simulate Google Health, Fitbit, Strava and Garmin on one port, for clients under development and
for tests. GET / lists the base, authorization and token addresses; GET /_simulator lists the
switches for faults, limits, clock, restatements and the record of requests (this machine only).
"""
EXAMPLES = """\
examples:
  python -m vitals.simulator
      five people, real time, port 8900
  python -m vitals.simulator --now 2026-11-22T06:00:00+00:00 --frozen --accounts 20
      twenty people on one morning that does not pass
  curl localhost:8900/_simulator/faults -d '{"kind": "rate_limited", "times": 3}'
      the next three calls are answered 429; GET /_simulator lists the kinds
  python -m vitals.simulator --write-truth truth --first 2026-10-01 --last 2026-11-20
      write what is true as Parquet and exit
"""


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = make_parser()
    asked = parser.parse_args(arguments)
    if asked.now and asked.now.tzinfo is None:
        parser.error("--now needs a UTC offset, as in 2026-11-22T06:00:00+00:00")
    if asked.heart_rate_interval < 1 or 60 % asked.heart_rate_interval:
        parser.error("--heart-rate-interval must divide 60")
    options = Options(
        seed=asked.seed,
        accounts=asked.accounts,
        now=asked.now,
        frozen=asked.frozen,
        heart_rate_interval=asked.heart_rate_interval,
        token_file=asked.token_file,
    )
    if asked.write_truth:
        write(options, asked.write_truth, asked.first, asked.last)
        return
    # Imported late: writing the truth needs no server.
    from vitals.simulator.server import serve

    print(f"Simulator on http://{asked.host}:{asked.port} (Ctrl+C stops it)", flush=True)
    serve(options, asked.host, asked.port, asked.log_requests)


def make_parser() -> argparse.ArgumentParser:
    """The command's options."""
    parser = argparse.ArgumentParser(
        prog="python -m vitals.simulator",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8900, help="port to listen on (8900)")
    parser.add_argument("--seed", type=int, default=1, help="which people (1)")
    parser.add_argument("--accounts", type=int, default=5, help="how many people (5)")
    parser.add_argument(
        "--now", type=datetime.fromisoformat, help="simulated time at the start (the real time)"
    )
    parser.add_argument("--frozen", action="store_true", help="let the simulated time stand still")
    parser.add_argument(
        "--heart-rate-interval",
        type=int,
        default=60,
        metavar="SECONDS",
        help="between heart-rate samples outside exercises; divides 60 (60)",
    )
    parser.add_argument(
        "--token-file", type=Path, help="keep consents over a restart in this file (mode 0600)"
    )
    parser.add_argument("--log-requests", action="store_true", help="print every request")
    truth = parser.add_argument_group("known truth")
    truth.add_argument("--write-truth", type=Path, metavar="FOLDER", help="write Parquet and exit")
    truth.add_argument("--first", type=date.fromisoformat, help="first civil day (30 days ago)")
    truth.add_argument("--last", type=date.fromisoformat, help="last civil day (yesterday)")
    return parser


def write(options: Options, folder: Path, first: date | None, last: date | None) -> None:
    """Write the truth and say how many rows."""
    from vitals.simulator.clock import Clock
    from vitals.simulator.truth.parquet import write_truth

    today = Clock(options.now).now() // 86_400
    first = first or to_date(today - 30)
    last = last or to_date(today - 1)
    if to_day(last) < to_day(first):
        raise SystemExit(f"--last {last} is before --first {first}")
    truth = Truth(options.seed, options.accounts, options.heart_rate_interval)
    for name, rows in write_truth(truth, folder, first, last).items():
        print(f"{folder / name}.parquet: {rows} rows")


if __name__ == "__main__":
    main()
