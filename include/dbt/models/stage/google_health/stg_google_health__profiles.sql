with profiles as (
    select
        *,
        lag(time_zone) over (partition by account_id order by load_id) as earlier_time_zone
    from {{ source('google_health', 'profiles') }}
),

heights as (
    select * from {{ source('google_health', 'height') }}
)

select
    split_part(profiles.account_id, ':', 2) as participant_id,
    profiles.load_id,
    profiles.seen_at,
    profiles.seen_at as created_at,
    null::date as date_of_birth,
    profiles.stated_age_years::integer as stated_age_years,
    null::double precision as max_heart_rate_bpm,
    null::text as gender,
    newest_height.height_mm / 10.0::double precision as height_cm,
    null::text as email,
    null::text as country_code,
    jsonb_build_array(profiles.account_id) as devices,
    history.time_zones
from profiles
left join lateral (
    select heights.height_mm
    from heights
    where heights.account_id = profiles.account_id
    order by heights.ts desc
    limit 1
) as newest_height on true
-- Google states the present zone only: its history is what was stated at each reading.
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
) as history
