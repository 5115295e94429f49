"""models: what the answers look like, for the API's own description and for those who read it.

Answers are not made from these classes, which would cost more time than reading the rows; the tests
hold every answer to them.
"""

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Row = TypeVar("Row", bound=BaseModel)

_CURSOR = "Send it as `cursor` to get the next page; null on the last one."


class Answer(BaseModel):
    """Every member that an answer has is described."""

    model_config = ConfigDict(extra="forbid")


class Page(Answer, Generic[Row]):
    """One page of rows."""

    data: list[Row]
    next_cursor: str | None = Field(description=_CURSOR)


class All(Answer, Generic[Row]):
    """All rows."""

    data: list[Row]


class ProblemDocument(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(description="What is wrong and what to do about it.")
    instance: str = Field(description="Path that was asked for.")
    errors: list[dict[str, str]] | None = Field(
        default=None, description="Of each parameter that cannot be used: `parameter`, `detail`."
    )


class Health(Answer):
    """Whether the API and its warehouse are there."""

    status: str = Field(examples=["ok"])


class Me(Answer):
    """What a token may see."""

    token_name: str = Field(description="Who or what the token was made for.")
    scope: str = Field(description="participant, study or read-all.", examples=["study"])
    study: str | None = Field(description="The study, with that scope.")
    participants: list[str] | None = Field(description="Whose data it shows; null: everybody's.")
    expires_at: datetime


class ParticipantSummary(Answer):
    """A participant, and how complete their data of the days asked for is."""

    participant_id: str = Field(examples=["p0001"])
    gender: str | None = Field(description="As stated, in lower case.")
    age_years: int | None = Field(description="Completed years of age today.")
    height_cm: float | None = Field(description="Height in centimetres.")
    country_code: str | None = Field(description="ISO 3166-1 alpha-2.", examples=["NO"])
    time_zone: str | None = Field(description="IANA zone in force now.", examples=["Europe/Oslo"])
    first_date: date | None = Field(description="First local day with data.")
    last_date: date | None = Field(description="Last local day with data.")
    silent_days: int | None = Field(
        description="Whole local days without data since then; null: there never was any."
    )
    last_sync_at: datetime | None = Field(
        description="When the newest load ended that brought data of the participant's devices."
    )
    devices: int = Field(description="How many devices or accounts the participant has.")
    days_expected: int = Field(
        description="Days of the range, from the participant's first day with data on."
    )
    days_with_data: int = Field(description="Days of the range with any data.")
    valid_days: int = Field(description="Days of the range with at least 600 wear minutes.")
    wear_minutes_daily_mean: float | None = Field(
        description="Mean wear minutes of the days with data, in minutes."
    )
    completeness_pct: float | None = Field(
        description="100 x valid_days / days_expected, in per cent."
    )


class TimeZonePeriod(Answer):
    """A period in which one time zone was in force."""

    valid_from: datetime | None = Field(description="First instant; null: since ever.")
    valid_to: datetime | None = Field(description="End (exclusive); null: until further notice.")
    time_zone: str = Field(description="IANA zone.", examples=["Europe/Oslo"])


class ParticipantDetail(ParticipantSummary):
    """One participant with the history of their time zones."""

    time_zones: list[TimeZonePeriod]


class MetricEntry(Answer):
    """One metric of the catalogue."""

    metric: str = Field(examples=["heart_rate"])
    description: str
    statistic: str = Field(description="How values of a window are combined.", examples=["mean"])
    time_window: str | None = Field(description="ISO 8601 duration a value covers, or sleep.")
    unit: str = Field(description="UCUM unit of every value.", examples=["/min"])
    loinc_code: str | None = Field(description="Only where meaning, time and method match.")
    open_mhealth_schema: str | None
    modality: str | None = Field(description="sensed or derived.")
    plausible_min: float | None = Field(description="Smallest plausible value.")
    plausible_max: float | None = Field(description="Largest plausible value.")
    resolutions: list[str] = Field(description="At which it can be had, the finest first.")


class Point(Answer):
    """One value of a series. Buckets without data have no point: a gap stays a gap."""

    time: datetime | date = Field(
        description="Start of the bucket (UTC), or the sample's instant; for day, week and month "
        "the local date on which it begins.",
        examples=["2026-11-20T10:00:00Z", "2026-11-20"],
    )
    value: float = Field(description="Value in the unit of the series.", examples=[61.5])
    min: float | None = Field(default=None, description="Smallest sample (heart_rate).")
    max: float | None = Field(default=None, description="Largest sample (heart_rate).")
    samples: int | None = Field(default=None, description="Number of samples (heart_rate).")
    confidence: float | None = Field(default=None, description="As the device states it (raw).")
    daily_mean: float | None = Field(
        default=None, description="Mean of the days with a value (sums by week and month)."
    )
    source: str | None = Field(default=None, description="Source of the value.", examples=["iot"])
    time_zone: str | None = Field(default=None, description="Zone in force (tz=local).")
    local_time: datetime | None = Field(
        default=None, description="Wall clock at `time`, without offset (tz=local)."
    )
    utc_offset_minutes: int | None = Field(
        default=None, description="Minutes ahead of UTC at `time` (tz=local).", examples=[60]
    )


class Series(Answer):
    """Values of one metric of one participant in order of time."""

    participant_id: str = Field(examples=["p0001"])
    metric: str = Field(examples=["heart_rate"])
    unit: str = Field(description="UCUM unit of value, min, max and daily_mean.", examples=["/min"])
    statistic: str = Field(description="How the values of a bucket were combined.")
    resolution: str = Field(description="The one asked for, or the one chosen by `auto`.")
    start: datetime | date | None = Field(description="Beginning of the range; null: no data.")
    end: datetime | date | None = Field(description="End of the range (exclusive).")
    data: list[Point]
    next_cursor: str | None = Field(description=_CURSOR)


class Interval(Answer):
    """Something that lasts, of one participant."""

    start_time: datetime = Field(description="First instant (UTC).")
    end_time: datetime = Field(description="End (UTC, exclusive).")
    local_date: date
    source: str = Field(examples=["iot"])
    time_zone: str | None = Field(default=None, description="Zone at the start (tz=local).")
    local_start_time: datetime | None = Field(default=None, description="Wall clock (tz=local).")
    start_utc_offset_minutes: int | None = None
    local_end_time: datetime | None = Field(default=None, description="Wall clock (tz=local).")
    end_utc_offset_minutes: int | None = None


class SleepStage(Interval):
    """One uninterrupted stage of a sleep; `local_date` is that on which the sleep ended."""

    stage: str = Field(description="awake, deep, rem or light.", examples=["deep"])
    minutes: float = Field(description="Length in minutes.")
    session_start_time: datetime = Field(description="Start of the sleep that it belongs to.")


class StageOfSession(Answer):
    """A stage inside of its session."""

    start_time: datetime
    end_time: datetime
    stage: str = Field(description="awake, deep, rem or light.")


class SleepSession(Interval):
    """One sleep; `local_date` is that on which it ended."""

    in_bed_minutes: float = Field(description="Length in minutes.")
    sleep_minutes: float = Field(description="Minutes asleep.")
    deep_minutes: float | None = Field(description="Minutes in deep sleep; null without stages.")
    light_minutes: float | None = Field(description="Minutes in light sleep.")
    rem_minutes: float | None = Field(description="Minutes in REM sleep.")
    awake_minutes: float | None = Field(description="Minutes awake in bed.")
    has_stages: bool
    stages: list[StageOfSession] | None = Field(
        default=None, description="In order of time, with `stages=true` and only in JSON."
    )


class Activity(Interval):
    """One activity; `local_date` is that on which it began."""

    activity_type: str = Field(examples=["running"])
    activity_name: str | None
    activity_group: str | None
    minutes: float = Field(description="Length in minutes.")


class Completeness(Answer):
    """One day of one participant; days without any data are left out."""

    participant_id: str = Field(examples=["p0001"])
    local_date: date
    wear_minutes: int | None = Field(description="Minutes with a heart rate.")
    is_valid_day: bool = Field(description="At least 600 wear minutes.")
    heart_rate_samples: int | None
    has_steps: bool
    has_sleep: bool


class LedgerDay(Answer):
    """One metric of one day of one participant: what was expected, what came, what is missing."""

    participant_id: str = Field(examples=["p0001"])
    local_date: date
    metric: str = Field(description="heart_rate, steps or sleep.")
    state: str = Field(
        description="complete, partial, not_worn, not_synced, token_dead, consent_withdrawn, "
        "not_granted, provider_error, rate_limited, load_failed, not_requested or "
        "outside_study_window.",
        examples=["not_synced"],
    )
    source: str | None = Field(description="Where it came from; null without data.")
    expected_minutes: int | None = Field(description="Minutes of the local day; null for sleep.")
    received_minutes: int | None = Field(description="Minutes with a sample; of sleep: in bed.")
    received_samples: int | None
    first_ts: datetime | None = Field(description="First minute with a sample.")
    last_ts: datetime | None = Field(description="Last minute with a sample.")


class Load(Answer):
    """One load: what was read and what became of every row."""

    load_id: int
    source: str = Field(examples=["iot"])
    resource: str = Field(examples=["heart_rates"])
    mode: str = Field(description="incremental, window, full, restore or backfill.")
    status: str = Field(description="running, done, failed, interrupted or skipped.")
    window_start: datetime | None
    window_end: datetime | None
    first_date: date | None
    last_date: date | None
    documents_read: int
    documents_unchanged: int
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rows_superseded: int
    rows_deleted: int
    days_touched: int
    started_at: datetime
    finished_at: datetime | None
    error: str | None = Field(description="What ended a failed load, in one line.")


class RejectedRecord(Answer):
    """A record that was refused, without what it said."""

    rejected_id: int
    source: str
    resource: str
    field: str | None = Field(description="The field that is wrong; null: the whole record.")
    reason: str = Field(description="What is wrong and what would be right.")
    row_kept: bool = Field(description="Whether the row was loaded without the field.")
    load_id: int
    rejected_at: datetime


class RejectionReason(Answer):
    """How many records were refused for one reason."""

    source: str
    resource: str
    field: str | None
    reason: str
    records: int
    first_rejected_at: datetime
    last_rejected_at: datetime


class Freshness(Answer):
    """How old the data of one resource of one source is."""

    source: str
    resource: str
    last_load_id: int
    last_status: str
    last_started_at: datetime
    last_success_at: datetime | None = Field(description="When the last good load ended.")
    last_data_at: datetime | None = Field(description="When the last load with new rows ended.")
    newest_sample_at: datetime | None = Field(description="Newest instant of that load.")
    loads_24h: int
    rows_loaded_24h: int
    rows_rejected_24h: int
    last_error: str | None
    source_state: str = Field(
        description="Of the whole source: fresh, stale, overdue, failing or on demand.",
        examples=["fresh"],
    )
    stale_after_hours: float = Field(description="Without anything new for so long it is stale.")
    overdue_after_hours: float = Field(description="And for so long it is overdue.")


class AccountState(Answer):
    """How one account at a provider does."""

    participant_id: str
    provider: str = Field(examples=["garmin"])
    state: str = Field(description="active, expiring, expired, revoked or needs_consent.")
    consent_expires_at: datetime | None
    connected_at: datetime
    last_success_at: datetime | None
    last_error: str | None
    last_error_at: datetime | None


def example(model: type[BaseModel], **values: Any) -> dict[str, Any]:
    """An example that the model itself accepts, as JSON."""
    return model.model_validate(values).model_dump(mode="json", exclude_unset=True)
