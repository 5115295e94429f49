with profiles as (
    select
        *,
        lag(time_zone) over (partition by account_id order by load_id) as earlier_time_zone
    from {{ source('strava', 'profiles') }}
)

select
    split_part(profiles.account_id, ':', 2) as participant_id,
    profiles.load_id,
    profiles.seen_at,
    profiles.seen_at as created_at,
    null::date as date_of_birth,
    null::integer as stated_age_years,
    null::double precision as max_heart_rate_bpm,
    case profiles.gender when 'M' then 'male' when 'F' then 'female' end as gender,
    null::double precision as height_cm,
    null::text as email,
    null::text as country_code,
    jsonb_build_array(profiles.account_id) as devices,
    history.time_zones
from profiles
-- What was stated at each reading: the zone of the newest activity then.
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
        and earlier.time_zone is not null
        and earlier.time_zone is distinct from earlier.earlier_time_zone
) as history
