{{ config(grants={'select': readers_of('strava')}) }}

with activities as (
    select
        account_id as device_id,
        *
    from {{ source('strava', 'activities') }}
),

-- Strava's words for the common kinds of sport.
types (sport_type, activity_type) as (
    values
    ('Walk', 'walking'),
    ('Hike', 'hiking'),
    ('Snowshoe', 'hiking'),
    ('Run', 'running'),
    ('TrailRun', 'trail_running'),
    ('Ride', 'cycling'),
    ('GravelRide', 'cycling'),
    ('EBikeRide', 'cycling'),
    ('Handcycle', 'cycling'),
    ('Velomobile', 'cycling'),
    ('MountainBikeRide', 'mountain_biking'),
    ('EMountainBikeRide', 'mountain_biking'),
    ('VirtualRide', 'indoor_cycling'),
    ('VirtualRun', 'treadmill_running'),
    ('Swim', 'swimming'),
    ('Rowing', 'rowing'),
    ('VirtualRow', 'indoor_rowing'),
    ('Canoeing', 'kayaking'),
    ('Kayaking', 'kayaking'),
    ('NordicSki', 'cross_country_skiing'),
    ('BackcountrySki', 'cross_country_skiing'),
    ('RollerSki', 'cross_country_skiing'),
    ('AlpineSki', 'alpine_skiing'),
    ('Snowboard', 'snowboarding'),
    ('IceSkate', 'skating'),
    ('InlineSkate', 'skating'),
    ('WeightTraining', 'strength_training'),
    ('Crossfit', 'interval_training'),
    ('HighIntensityIntervalTraining', 'interval_training'),
    ('Elliptical', 'elliptical'),
    ('StairStepper', 'stair_climbing'),
    ('Yoga', 'yoga'),
    ('Pilates', 'pilates'),
    ('Dance', 'dancing'),
    ('RockClimbing', 'climbing'),
    ('Soccer', 'ball_game'),
    ('Basketball', 'ball_game'),
    ('Volleyball', 'ball_game'),
    ('Tennis', 'racket_sport'),
    ('TableTennis', 'racket_sport'),
    ('Badminton', 'racket_sport'),
    ('Squash', 'racket_sport'),
    ('Racquetball', 'racket_sport'),
    ('Pickleball', 'racket_sport'),
    ('Padel', 'racket_sport'),
    ('Golf', 'golf')
)

select
    activities.device_id,
    activities.activity_id::text as activity_id,
    case
        when activities.is_indoor and activities.sport_type = 'Run' then 'treadmill_running'
        when activities.is_indoor and activities.sport_type = 'Ride' then 'indoor_cycling'
        when activities.is_indoor and activities.sport_type = 'Rowing' then 'indoor_rowing'
        else coalesce(types.activity_type, 'other')
    end as activity_type,
    activities.start_ts,
    activities.end_ts,
    activities.local_date,
    activities.load_id
from activities
left join types on activities.sport_type = types.sport_type
