with samples as (
    {{ union_entity('heart_rates', {
        'device_id': 'text', 'ts': 'timestamptz', 'source_ts': 'timestamptz', 'bpm': 'real',
        'local_date': 'date'
    }) }}
),

ranges as (
    select
        ranges.participant_id,
        ranges.start_ts,
        ranges.end_ts,
        array_agg(devices.device_id) as device_ids
    from {{ ref('rebuild_ranges') }} as ranges
    inner join {{ ref('participant_devices') }} as devices
        on ranges.participant_id = devices.participant_id
    where ranges.model_name = 'heart_rate_minutes'
    group by ranges.participant_id, ranges.start_ts, ranges.end_ts
),

zones as (
    select * from {{ ref('participant_time_zones') }}
)

select
    ranges.participant_id,
    minutes.minute,
    (minutes.minute at time zone zones.time_zone)::date as local_date,
    minutes.samples,
    minutes.bpm_sum / minutes.samples as bpm_mean,
    minutes.bpm_min,
    minutes.bpm_max
from ranges
-- One index range per device and touched range, whatever the size of the history.
cross join
    lateral (
        select
            time_bucket('1 minute', samples.ts) as minute,
            count(*)::integer as samples,
            sum(samples.bpm::double precision) as bpm_sum,
            min(samples.bpm) as bpm_min,
            max(samples.bpm) as bpm_max
        from samples
        where
            samples.device_id = any(ranges.device_ids)
            and {{ within('samples.ts', 'samples.source_ts') }}
        group by minute
        -- In the order of the key, which makes inserting them a good deal faster.
        order by minute
    ) as minutes
inner join zones
    on
        ranges.participant_id = zones.participant_id
        and minutes.minute >= zones.valid_from
        and minutes.minute < zones.valid_to
