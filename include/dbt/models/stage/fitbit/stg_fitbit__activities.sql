with activities as (
    select
        account_id as device_id,
        *
    from {{ source('fitbit', 'activities') }}
),

-- Fitbit's numbers of the common kinds of exercise.
types (activity_type_id, activity_type) as (
    values
    (90013, 'walking'),
    (90012, 'hiking'),
    (90009, 'running'),
    (20049, 'treadmill_running'),
    (90001, 'cycling'),
    (55001, 'indoor_cycling'),
    (90024, 'swimming'),
    (90014, 'skating'),
    (2131, 'strength_training'),
    (2040, 'interval_training'),
    (20047, 'elliptical'),
    (2065, 'stair_climbing'),
    (52001, 'yoga'),
    (53003, 'pilates'),
    (15675, 'racket_sport'),
    (15255, 'golf')
)

select
    activities.device_id,
    activities.log_id::text as activity_id,
    coalesce(types.activity_type, 'other') as activity_type,
    activities.start_ts,
    activities.end_ts,
    activities.local_date,
    activities.load_id
from activities
left join types on activities.activity_type_id = types.activity_type_id
