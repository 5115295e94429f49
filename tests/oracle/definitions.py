"""Truth (Parquet) -> daily, weekly and monthly health, in Polars: the definitions, one by one.

Each function says one definition of the daily, weekly and monthly tables and quotes it. Written for
being obviously right, not for being fast, and by another way than the warehouse's SQL.
"""

from dataclasses import dataclass, fields
from pathlib import Path

import polars as pl

ZONES = ("light", "moderate", "vigorous", "peak")
STAGES = ("awake", "deep", "rem", "light")  # of several at one instant, the first wins
STAGE_WORDS = {"wake": "awake", "awake": "awake", "deep": "deep", "rem": "rem", "light": "light"}
VALID_DAY_MINUTES = 600

ZONE_COLUMNS = [f"hr_zone_{zone}_minutes" for zone in ZONES]
SUMMED = [
    "steps",
    "wear_minutes",
    *ZONE_COLUMNS,
    "sleep_minutes",
    "sleep_deep_minutes",
    "sleep_light_minutes",
    "sleep_rem_minutes",
    "sleep_awake_minutes",
]
COUNTED = ["heart_rate_samples", "sleep_sessions"]  # summed, but a mean of them says nothing
AVERAGED = ["sleep_efficiency_pct", "sleep_heart_rate_mean_bpm"]  # the other way round


@dataclass(frozen=True)
class Truth:
    """The accepted facts of a cohort; instants are UTC. Facts without a participant are ignored."""

    participants: pl.DataFrame
    time_zones: pl.DataFrame
    heart_rates: pl.DataFrame
    steps: pl.DataFrame
    sleeps: pl.DataFrame

    @classmethod
    def read(cls, folder: Path) -> "Truth":
        """Read the files that the generator wrote."""
        frames = {
            field.name: pl.read_parquet(folder / f"{field.name}.parquet") for field in fields(cls)
        }
        for name in ("heart_rates", "steps", "sleeps"):
            frames[name] = frames[name].filter(pl.col("participant_id").is_not_null())
        return cls(**frames)


def daily_health(truth: Truth, default_time_zone: str = "UTC") -> pl.DataFrame:
    """One row per participant and local day that has any data."""
    heart = local_heart_minutes(truth, default_time_zone)
    steps = local_step_minutes(truth, default_time_zone)
    sleeps = local_sleeps(truth, default_time_zone)
    key = ["participant_id", "local_date"]
    days = (
        time_zone_of_days(heart, steps, sleeps)
        .join(daily_steps(steps), on=key, how="left")
        .join(daily_heart_rate(heart), on=key, how="left")
        .join(daily_heart_zones(heart, truth.participants), on=key, how="left")
        .join(daily_sleep(sleeps, sleep_stage_seconds(sleeps, truth.sleeps)), on=key, how="left")
        .join(daily_sleep_heart_rate(heart, sleeps), on=key, how="left")
        .with_columns(is_valid_day=is_valid_day())
    )
    return days.sort(key)


def weekly_health(truth: Truth, default_time_zone: str = "UTC") -> pl.DataFrame:
    """Weeks are ISO weeks, Monday first: `week_start` is a Monday."""
    return _rolled_up(truth, default_time_zone, "week_start", "1w")


def monthly_health(truth: Truth, default_time_zone: str = "UTC") -> pl.DataFrame:
    """Calendar months: `month_start` is the first of the month."""
    return _rolled_up(truth, default_time_zone, "month_start", "1mo")


def with_local_date(
    facts: pl.DataFrame, instant: str, time_zones: pl.DataFrame, default_time_zone: str
) -> pl.DataFrame:
    """Local day: the calendar day in the participant's time zone in force at that instant.

    Adds `timezone` and `local_date`. Instants before the first entry of the history have its zone;
    participants without a history have the default zone.
    """
    history = time_zones.sort("valid_from").rename({"time_zone": "timezone"})
    first_zone = history.group_by("participant_id", maintain_order=True).agg(
        first_zone=pl.col("timezone").first()
    )
    placed = (
        facts.sort(instant)
        .join_asof(
            history,
            left_on=instant,
            right_on="valid_from",
            by="participant_id",
            strategy="backward",
            check_sortedness=False,
        )
        .drop("valid_from")
        .join(first_zone, on="participant_id", how="left")
        .with_columns(timezone=pl.coalesce("timezone", "first_zone", pl.lit(default_time_zone)))
        .drop("first_zone")
    )
    dates = pl.lit(None, dtype=pl.Date)
    for zone in placed["timezone"].unique():
        in_zone = pl.col(instant).dt.convert_time_zone(zone).dt.date()
        dates = pl.when(pl.col("timezone") == zone).then(in_zone).otherwise(dates)
    return placed.with_columns(local_date=dates)


def local_heart_minutes(truth: Truth, default_time_zone: str) -> pl.DataFrame:
    """Minute heart rate: mean of the samples in that minute, the floor of the instant."""
    minutes = (
        truth.heart_rates.with_columns(
            minute=pl.col("ts").dt.truncate("1m"), bpm=pl.col("bpm").cast(pl.Float64)
        )
        .group_by("participant_id", "minute")
        .agg(
            samples=pl.len(),
            minute_bpm=pl.col("bpm").sum() / pl.len(),
            min_bpm=pl.col("bpm").min(),
            max_bpm=pl.col("bpm").max(),
        )
    )
    return with_local_date(minutes, "minute", truth.time_zones, default_time_zone)


def local_step_minutes(truth: Truth, default_time_zone: str) -> pl.DataFrame:
    """Steps of several devices are reconciled per minute by taking the largest, not added up."""
    minutes = (
        truth.steps.with_columns(minute=pl.col("ts").dt.truncate("1m"))
        .group_by("participant_id", "device_id", "minute")
        .agg(pl.col("steps").sum())
        .group_by("participant_id", "minute")
        .agg(pl.col("steps").max())
    )
    return with_local_date(minutes, "minute", truth.time_zones, default_time_zone)


def local_sleeps(truth: Truth, default_time_zone: str) -> pl.DataFrame:
    """Overlapping or touching sessions of one participant are merged; they belong to their end.

    "A sleep is the interval [start, end) and belongs to the local date on which it ended". Adds
    `session`, a number per participant that rises with time.
    """
    merged = (
        with_session(truth.sleeps)
        .group_by("participant_id", "session")
        .agg(pl.col("start_ts").min(), pl.col("end_ts").max())
    )
    return with_local_date(merged, "end_ts", truth.time_zones, default_time_zone)


def with_session(sleeps: pl.DataFrame) -> pl.DataFrame:
    """Number the merged sessions: a new one begins where no earlier sleep reaches."""
    reached = pl.col("end_ts").cum_max().shift(1).over("participant_id")
    begins = (pl.col("start_ts") > reached).fill_null(True)
    return sleeps.sort("participant_id", "start_ts", "end_ts").with_columns(
        session=begins.cum_sum().over("participant_id")
    )


def time_zone_of_days(*facts: pl.DataFrame) -> pl.DataFrame:
    """`timezone`: the zone at the latest instant that contributes to the day."""
    instants = pl.concat(
        fact.select(
            "participant_id",
            "local_date",
            "timezone",
            instant=pl.col("end_ts" if "end_ts" in fact.columns else "minute"),
        )
        for fact in facts
    )
    return (
        instants.sort("instant")
        .group_by("participant_id", "local_date")
        .agg(pl.col("timezone").last())
    )


def daily_steps(minutes: pl.DataFrame) -> pl.DataFrame:
    """Sum of the minutes of the local day."""
    return minutes.group_by("participant_id", "local_date").agg(pl.col("steps").sum())


def daily_heart_rate(minutes: pl.DataFrame) -> pl.DataFrame:
    """`heart_rate_mean_bpm` is the mean of the minute means; min and max are over samples.

    `wear_minutes`: distinct minutes with at least one heart-rate sample.
    """
    return minutes.group_by("participant_id", "local_date").agg(
        heart_rate_samples=pl.col("samples").sum(),
        heart_rate_min_bpm=pl.col("min_bpm").min(),
        heart_rate_mean_bpm=pl.col("minute_bpm").mean(),
        heart_rate_max_bpm=pl.col("max_bpm").max(),
        wear_minutes=pl.len(),
    )


def is_valid_day() -> pl.Expr:
    """`is_valid_day`: at least 600 wear minutes; false where there are none."""
    return pl.col("wear_minutes").fill_null(0) >= VALID_DAY_MINUTES


def daily_heart_zones(minutes: pl.DataFrame, participants: pl.DataFrame) -> pl.DataFrame:
    """Zones by share of maximum heart rate, counted in minutes by the minute mean, half-open.

    Maximum heart rate: 220 - completed years of age on that local date. "light < 50 % <= moderate <
    70 % <= vigorous < 85 % <= peak. Unknown age: NULL."
    """
    share = pl.col("minute_bpm") * 100
    maximum = 220 - pl.col("age_on_date")
    zone = (
        pl.when(share < maximum * 50)
        .then(pl.lit("light"))
        .when(share < maximum * 70)
        .then(pl.lit("moderate"))
        .when(share < maximum * 85)
        .then(pl.lit("vigorous"))
        .otherwise(pl.lit("peak"))
    )
    known = pl.col("age_on_date").is_not_null()
    return (
        minutes.join(participants, on="participant_id", how="left")
        .with_columns(age_on_date=age_on(pl.col("local_date")))
        .with_columns(zone=zone)
        .group_by("participant_id", "local_date")
        .agg(
            pl.when(known.first()).then((pl.col("zone") == name).sum()).alias(column)
            for name, column in zip(ZONES, ZONE_COLUMNS, strict=True)
        )
    )


def age_on(day: pl.Expr) -> pl.Expr:
    """Completed years on a day: from the date of birth, else the stated age plus the years since.

    A stated age was true on the (UTC) date of `created_at`.
    """
    since_stated = completed_years(pl.col("created_at").dt.date(), day)
    return (
        pl.when(pl.col("date_of_birth").is_not_null())
        .then(completed_years(pl.col("date_of_birth"), day))
        .otherwise(pl.col("age") + since_stated)
    )


def completed_years(start: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Years whose anniversary has come; someone born on 29 February is a year older on 1 March."""

    def month_and_day(date: pl.Expr) -> pl.Expr:
        return date.dt.month().cast(pl.Int32) * 100 + date.dt.day()

    not_yet = month_and_day(day) < month_and_day(start)
    return day.dt.year() - start.dt.year() - not_yet.cast(pl.Int32)


def sleep_stage_seconds(sessions: pl.DataFrame, sleeps: pl.DataFrame) -> pl.DataFrame:
    """Seconds of each merged session that were spent in each stage.

    Of several stages at one instant awake wins, then deep, REM, light. One row per session that
    has any stage, with a column for each of `STAGES`.
    """
    key = ["participant_id", "session"]
    staged = (
        with_session(sleeps)
        .select(*key, "levels")
        .explode("levels")
        .filter(pl.col("levels").is_not_null())
        .unnest("levels")
        .join(sessions, on=key)
        .select(
            *key,
            stage=pl.col("level").replace_strict(STAGE_WORDS),
            start=pl.max_horizontal("ts", "start_ts"),
            end=pl.min_horizontal(
                pl.col("ts") + pl.duration(seconds=pl.col("seconds")), pl.col("end_ts")
            ),
        )
        .filter(pl.col("start") < pl.col("end"))
    )
    # Between two neighbouring cuts the stages do not change.
    cuts = pl.concat([staged.select(*key, cut="start"), staged.select(*key, cut="end")])
    pieces = (
        cuts.unique()
        .sort(*key, "cut")
        .with_columns(next_cut=pl.col("cut").shift(-1).over(key))
        .drop_nulls("next_cut")
    )
    rank = pl.col("stage").replace_strict({stage: n for n, stage in enumerate(STAGES)})
    winners = (
        pieces.join(staged, on=key)
        .filter(pl.col("start") <= pl.col("cut"), pl.col("end") >= pl.col("next_cut"))
        .group_by(*key, "cut", "next_cut")
        .agg(rank.min().alias("rank"))
        .with_columns(seconds=(pl.col("next_cut") - pl.col("cut")).dt.total_milliseconds() / 1000)
    )
    return winners.group_by(key).agg(
        pl.col("seconds").filter(pl.col("rank") == n).sum().alias(stage)
        for n, stage in enumerate(STAGES)
    )


def daily_sleep(sessions: pl.DataFrame, stages: pl.DataFrame) -> pl.DataFrame:
    """`sleep_minutes`: the interval less awake stages, the whole interval without stages.

    `sleep_efficiency_pct` = 100 x asleep / in bed, over the sessions that have stages; it and the
    stage minutes are NULL where no session of the day has stages.
    """
    in_bed = (pl.col("end_ts") - pl.col("start_ts")).dt.total_milliseconds() / 1000
    has_stages = pl.col("awake").is_not_null()
    asleep = pl.col("in_bed") - pl.col("awake").fill_null(0)
    stage_minutes = {
        f"sleep_{stage}_minutes": pl.when(has_stages.any()).then(pl.col(stage).sum() / 60)
        for stage in STAGES
    }
    return (
        sessions.join(stages, on=["participant_id", "session"], how="left")
        .with_columns(in_bed=in_bed)
        .group_by("participant_id", "local_date")
        .agg(
            sleep_sessions=pl.len(),
            sleep_minutes=asleep.sum() / 60,
            **stage_minutes,
            sleep_efficiency_pct=pl.when(has_stages.any()).then(
                100 * asleep.filter(has_stages).sum() / pl.col("in_bed").filter(has_stages).sum()
            ),
        )
    )


def daily_sleep_heart_rate(minutes: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """`sleep_heart_rate_mean_bpm`: mean of the minute means inside the intervals of that date.

    "A minute lies in an interval if its first instant does."
    """
    return (
        minutes.select("participant_id", "minute", "minute_bpm")
        .sort("minute")
        .join_asof(
            sessions.sort("start_ts"),
            left_on="minute",
            right_on="start_ts",
            by="participant_id",
            strategy="backward",
            check_sortedness=False,
        )
        .filter(pl.col("minute") < pl.col("end_ts"))
        .group_by("participant_id", "local_date")
        .agg(sleep_heart_rate_mean_bpm=pl.col("minute_bpm").mean())
    )


def _rolled_up(truth: Truth, default_time_zone: str, start: str, every: str) -> pl.DataFrame:
    """Sums, daily means over days with a value, and heart rate computed from the minutes.

    "A rolled-up figure equals the same figure computed directly from the minutes."
    """
    period = pl.col("local_date").dt.truncate(every).alias(start)
    key = ["participant_id", start]
    days = daily_health(truth, default_time_zone).with_columns(period)
    heart = local_heart_minutes(truth, default_time_zone).with_columns(period)
    measures = days.group_by(key).agg(
        days_with_data=pl.len(),
        valid_days=pl.col("is_valid_day").sum(),
        **{f"{name}_total": total_of_known(name) for name in SUMMED + COUNTED},
        **{f"{name}_daily_mean": pl.col(name).mean() for name in SUMMED + AVERAGED},
    )
    heart_rate = heart.group_by(key).agg(
        heart_rate_min_bpm=pl.col("min_bpm").min(),
        heart_rate_mean_bpm=pl.col("minute_bpm").mean(),
        heart_rate_max_bpm=pl.col("max_bpm").max(),
    )
    return measures.join(heart_rate, on=key, how="left").sort(key)


def total_of_known(name: str) -> pl.Expr:
    """Sum over the days with a value; NULL, never 0, where no day has one."""
    return pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum())
