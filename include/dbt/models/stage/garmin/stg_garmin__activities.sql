with activities as (
    select
        account_id as device_id,
        *
    from {{ source('garmin', 'activities') }}
),

-- Garmin's words for the common kinds of exercise, where they are not ours.
types (garmin_type, activity_type) as (
    values
    ('casual_walking', 'walking'),
    ('speed_walking', 'walking'),
    ('street_running', 'running'),
    ('track_running', 'running'),
    ('indoor_running', 'treadmill_running'),
    ('road_biking', 'cycling'),
    ('gravel_cycling', 'cycling'),
    ('e_bike_fitness', 'cycling'),
    ('mountain_biking', 'mountain_biking'),
    ('virtual_ride', 'indoor_cycling'),
    ('lap_swimming', 'swimming'),
    ('rowing_v2', 'rowing'),
    ('kayaking_v2', 'kayaking'),
    ('cross_country_skiing_ws', 'cross_country_skiing'),
    ('skate_skiing_ws', 'cross_country_skiing'),
    ('resort_skiing', 'alpine_skiing'),
    ('resort_skiing_snowboarding_ws', 'alpine_skiing'),
    ('resort_snowboarding', 'snowboarding'),
    ('skating_ws', 'skating'),
    ('inline_skating', 'skating'),
    ('hiit', 'interval_training'),
    ('indoor_climbing', 'climbing'),
    ('bouldering', 'climbing'),
    ('rock_climbing', 'climbing'),
    ('soccer', 'ball_game'),
    ('basketball', 'ball_game'),
    ('tennis', 'racket_sport'),
    ('tennis_v2', 'racket_sport'),
    ('badminton', 'racket_sport'),
    ('squash', 'racket_sport'),
    ('padel', 'racket_sport')
)

select
    activities.device_id,
    activities.activity_id::text as activity_id,
    coalesce(types.activity_type, known.activity_type, 'other') as activity_type,
    activities.start_ts,
    activities.end_ts,
    activities.local_date,
    activities.load_id
from activities
left join types on activities.activity_type = types.garmin_type
left join {{ ref('dim_activity_type') }} as known
    on activities.activity_type = known.activity_type
