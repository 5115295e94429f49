with profiles as (
    select
        *,
        lag(time_zone) over (partition by account_id order by load_id) as earlier_time_zone
    from {{ source('garmin', 'profiles') }}
)

select
    split_part(profiles.account_id, ':', 2) as participant_id,
    profiles.load_id,
    profiles.seen_at,
    profiles.seen_at as created_at,
    profiles.date_of_birth,
    null::integer as stated_age_years,
    profiles.max_heart_rate_bpm::double precision as max_heart_rate_bpm,
    lower(profiles.gender) as gender,
    profiles.height_cm,
    null::text as email,
    null::text as country_code,
    jsonb_build_array(profiles.account_id) as devices,
    history.time_zones
from profiles
-- Garmin states the present zone only: its history is what was stated at each reading.
cross join lateral (
    select
        jsonb_agg(
            jsonb_build_object(
                'valid_from',
                case when earlier.earlier_time_zone is not null then earlier.seen_at end,
                'time_zone', earlier.time_zone
            )
            order by earlier.load_id
        ) as time_zones
    from profiles as earlier
    where
        earlier.account_id = profiles.account_id
        and earlier.load_id <= profiles.load_id
        and earlier.time_zone is distinct from earlier.earlier_time_zone
        and earlier.time_zone is not null
) as history
