"""cli_stream: `vitals stream`: the heart-rate stream from its producer to the warehouse."""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from vitals import settings as configuration
from vitals.progress import say
from vitals.settings import Settings

if TYPE_CHECKING:
    from vitals.stream.lake import StreamLake

stream_app = typer.Typer(help="Heart rates through Kafka and the lake.", no_args_is_help=True)

Form = Annotated[str, typer.Option("--format", help="json or avro.")]
People = Annotated[int, typer.Option(help="How many people of the synthetic cohort.", min=1)]
Seed = Annotated[int, typer.Option(help="Another seed makes other people.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(stream_app, name="stream")


@stream_app.command()
def up() -> None:
    """Start the embedded broker, S3 and the sink, as far as they are not there; make the topic.

    `make up` does the same with VITALS_STREAM=true. `make down` stops them.
    """
    from vitals.embedded import supervisor
    from vitals.embedded.secrets import with_secrets

    settings = with_secrets(configuration.load())
    with supervisor.alone(settings.home):
        supervisor.up(supervisor.stream_parts(settings), say)


@stream_app.command()
def produce(
    events: Annotated[int, typer.Option(help="How many events.", min=1)] = 100_000,
    people: People = 8,
    rate: Annotated[float, typer.Option(help="Events per second; 0: all it can.", min=0)] = 0,
    interval: Annotated[
        float | None,
        typer.Option(
            help="Seconds between two events of a person. Default: 1, or as the rate says."
        ),
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="When the first was measured (UTC). Default: so that the last is of now; with a "
            "rate: now.",
        ),
    ] = None,
    seed: Seed = 1,
    form: Form = "json",
) -> None:
    """Send heart rates of the synthetic cohort. Prints what was sent as JSON.

    The same start, people, interval and seed always give the same events.
    """
    from vitals.stream import produce as producing
    from vitals.stream import settings as stream_settings
    from vitals.stream.topic import ensure_topic
    from vitals.synthetic.heart_events import HeartEvents, first_and_last

    settings = configuration.load()
    chosen = stream_settings.read(settings.environment, settings.ports.kafka)
    ensure_topic(chosen)
    gap = interval or (people / rate if rate else 1.0)
    begin = start.replace(tzinfo=UTC) if start else datetime.now(UTC).replace(microsecond=0)
    if not start and not rate:
        begin -= timedelta(seconds=gap * events // people)
    made = HeartEvents(begin, people, gap, seed, settings.default_time_zone)
    done = producing.produce(chosen, made, events, _format(form), rate, progress=say)
    first, last = first_and_last(made, events)
    sizes = {"people": people, "interval_seconds": gap, "seed": seed, "format": form}
    times = {"first": first.isoformat(), "last": last.isoformat()}
    print(json.dumps({"topic": chosen.topic, **done.to_dict(), **sizes, **times}))
    if done.failed:
        raise typer.Exit(1)


@stream_app.command()
def sink(
    drain: Annotated[
        bool, typer.Option("--drain", help="End when everything that there is was read.")
    ] = False,
) -> None:
    """Write the topic into the lake, until Ctrl-C.

    Several of them share the partitions, but not with the embedded broker.
    """
    from vitals.embedded.kafka import StreamSink, settings_of
    from vitals.stream.__main__ import run_sink

    settings = configuration.load()
    service = StreamSink(settings)
    if settings_of(service).is_embedded and service.state() == "running":
        sys.exit("vitals: a sink is running already (`make status`), and reads everything")
    written = run_sink(settings, drains=drain)
    print(
        f"{written.events:,} events in {written.objects:,} objects, "
        f"{written.undecodable:,} could not be decoded"
    )


@stream_app.command()
def load(
    again: Annotated[
        bool, typer.Option("--again", help="Also objects that were loaded before.")
    ] = False,
) -> None:
    """Load new objects of the lake into the warehouse, as the DAG heart_rate_stream_load does."""
    from vitals.load.stream import load_new

    settings = configuration.load()
    load_new(settings.warehouse_dsn, _lake(settings), again=again, progress=say)


@stream_app.command()
def sizes(
    events: Annotated[int, typer.Option(help="How many events to measure.", min=1)] = 100_000,
    people: People = 50,
    seed: Seed = 1,
) -> None:
    """Measure what an event takes as JSON, as Avro and in the lake, and print it as JSON."""
    from vitals.stream.sizes import measure
    from vitals.synthetic.heart_events import HeartEvents

    made = HeartEvents(datetime(2026, 1, 1, tzinfo=UTC), people, 1.0, seed)
    print(json.dumps(measure(made, events), indent=2))


def _lake(settings: Settings) -> "StreamLake":
    from vitals.lake.store import Lake
    from vitals.stream.lake import StreamLake

    return StreamLake(Lake.of(settings))


def _format(name: str) -> str:
    from vitals.stream.encoding import FORMATS

    if name not in FORMATS:
        raise typer.BadParameter(f"choose {' or '.join(FORMATS)}", param_hint="--format")
    return name
