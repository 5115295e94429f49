"""What Strava's answers consist of, in its own words, for pydantic to check.

Metres, seconds, metres per second. `start_date_local` is the wall clock with a false `Z`.
Names, pictures, places and free text of people are known here, so that they do not pass as unknown
fields; they are not stored.
"""

from datetime import datetime
from typing import Annotated, Any, NotRequired

from pydantic import AwareDatetime, Field
from typing_extensions import TypedDict

from vitals.sources._api.fields import Amount, Count, Real, further_fields
from vitals.sources._api.records import Shape

Bpm = Annotated[float, Field(ge=25, le=250)]
Seconds = Annotated[int, Field(ge=0, le=1_209_600)]


@further_fields
class Activity(TypedDict):
    """SummaryActivity: an element of the list of activities."""

    id: int
    start_date: AwareDatetime
    elapsed_time: Seconds
    sport_type: str
    start_date_local: NotRequired[datetime | None]
    timezone: NotRequired[str | None]
    utc_offset: NotRequired[Annotated[float, Field(ge=-86_400, le=86_400)] | None]
    moving_time: NotRequired[Seconds | None]
    distance: NotRequired[Amount | None]
    total_elevation_gain: NotRequired[Real | None]
    elev_high: NotRequired[Real | None]
    elev_low: NotRequired[Real | None]
    average_speed: NotRequired[Amount | None]
    max_speed: NotRequired[Amount | None]
    average_heartrate: NotRequired[Bpm | None]
    max_heartrate: NotRequired[Bpm | None]
    average_cadence: NotRequired[Amount | None]
    average_watts: NotRequired[Amount | None]
    average_temp: NotRequired[Real | None]
    kilojoules: NotRequired[Amount | None]
    suffer_score: NotRequired[Amount | None]
    manual: NotRequired[bool | None]
    private: NotRequired[bool | None]
    trainer: NotRequired[bool | None]
    commute: NotRequired[bool | None]
    device_name: NotRequired[str | None]
    upload_id: NotRequired[int | None]
    # Not stored: words and places of the person, and what other people did with the activity.
    name: NotRequired[Any]
    map: NotRequired[Any]
    start_latlng: NotRequired[Any]
    end_latlng: NotRequired[Any]
    location_city: NotRequired[Any]
    location_state: NotRequired[Any]
    location_country: NotRequired[Any]
    athlete: NotRequired[Any]
    external_id: NotRequired[Any]
    upload_id_str: NotRequired[Any]
    type: NotRequired[Any]
    resource_state: NotRequired[Any]
    visibility: NotRequired[Any]
    has_heartrate: NotRequired[Any]
    achievement_count: NotRequired[Any]
    kudos_count: NotRequired[Any]
    comment_count: NotRequired[Any]
    athlete_count: NotRequired[Any]
    photo_count: NotRequired[Any]
    total_photo_count: NotRequired[Any]
    pr_count: NotRequired[Any]
    has_kudoed: NotRequired[Any]
    flagged: NotRequired[Any]
    gear_id: NotRequired[Any]
    from_accepted_tag: NotRequired[Any]
    heartrate_opt_out: NotRequired[Any]
    display_hide_heartrate_option: NotRequired[Any]


@further_fields
class Lap(TypedDict):
    """A lap of an activity."""

    lap_index: Count
    start_date: AwareDatetime
    elapsed_time: Seconds
    moving_time: NotRequired[Seconds | None]
    distance: NotRequired[Amount | None]
    total_elevation_gain: NotRequired[Real | None]
    average_speed: NotRequired[Amount | None]
    max_speed: NotRequired[Amount | None]
    average_heartrate: NotRequired[Bpm | None]
    max_heartrate: NotRequired[Bpm | None]
    average_cadence: NotRequired[Amount | None]
    average_watts: NotRequired[Amount | None]
    start_index: NotRequired[Count | None]
    end_index: NotRequired[Count | None]
    # Not stored: what the activity or the other columns say.
    id: NotRequired[Any]
    name: NotRequired[Any]
    activity: NotRequired[Any]
    athlete: NotRequired[Any]
    resource_state: NotRequired[Any]
    start_date_local: NotRequired[Any]
    split: NotRequired[Any]
    device_watts: NotRequired[Any]
    pace_zone: NotRequired[Any]


@further_fields
class Athlete(TypedDict):
    """The person, as far as the scopes show."""

    id: int
    sex: NotRequired[str | None]
    weight: NotRequired[Annotated[float, Field(ge=0, le=700)] | None]
    ftp: NotRequired[Count | None]
    # Not stored: who the person is, and what changes without a meaning for us.
    username: NotRequired[Any]
    firstname: NotRequired[Any]
    lastname: NotRequired[Any]
    bio: NotRequired[Any]
    city: NotRequired[Any]
    state: NotRequired[Any]
    country: NotRequired[Any]
    profile: NotRequired[Any]
    profile_medium: NotRequired[Any]
    premium: NotRequired[Any]
    summit: NotRequired[Any]
    badge_type_id: NotRequired[Any]
    friend: NotRequired[Any]
    follower: NotRequired[Any]
    follower_count: NotRequired[Any]
    friend_count: NotRequired[Any]
    mutual_friend_count: NotRequired[Any]
    athlete_type: NotRequired[Any]
    date_preference: NotRequired[Any]
    measurement_preference: NotRequired[Any]
    clubs: NotRequired[Any]
    bikes: NotRequired[Any]
    shoes: NotRequired[Any]
    is_winback_via_upload: NotRequired[Any]
    is_winback_via_view: NotRequired[Any]
    blocked: NotRequired[Any]
    can_follow: NotRequired[Any]
    postable_clubs_count: NotRequired[Any]
    resource_state: NotRequired[Any]
    created_at: NotRequired[Any]
    updated_at: NotRequired[Any]


@further_fields
class Zones(TypedDict):
    """Zones of the athlete; the last one of heart rate ends at -1."""

    heart_rate: NotRequired[dict[str, Any] | None]
    power: NotRequired[dict[str, Any] | None]


ACTIVITY = Shape(Activity)
LAP = Shape(Lap)
ATHLETE = Shape(Athlete)
ZONES = Shape(Zones)
