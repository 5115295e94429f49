{#-
    Staging views of account exports. All families of formats have tables of the same shapes, so
    that a view of one family says no more than its name.
-#}

{#- Samples that the device itself calls a guess (confidence 0) are left out. -#}
{% macro export_heart_rates(family) %}
select
    account_id as device_id,
    ts,
    ts as source_ts,
    bpm,
    confidence::real as confidence,
    null::date as local_date,
    load_id
from {{ source(family, 'heart_rates') }}
where confidence is distinct from 0
{% endmacro %}

{#- Steps, distance, floors and energy of intervals, each at its start. -#}
{% macro export_movements(family) %}
select
    account_id as device_id,
    ts,
    ts as source_ts,
    case metric when 'step_count' then value end::integer as steps,
    case metric when 'distance' then value end as distance_m,
    case metric when 'floors_climbed' then value end as floors_climbed,
    case metric when 'calories_burned_active' then value end as active_energy_kcal,
    case metric when 'calories_burned_total' then value end as total_energy_kcal,
    local_date,
    load_id
from {{ source(family, 'measurements') }}
where
    metric in (
        'step_count',
        'distance',
        'floors_climbed',
        'calories_burned_active',
        'calories_burned_total'
    )
{% endmacro %}

{#- The last weighing of a day counts. -#}
{% macro export_weights(family) %}
select distinct on (account_id, local_date)
    account_id as device_id,
    local_date,
    metric,
    value,
    load_id
from {{ source(family, 'measurements') }}
where metric = 'body_weight' and local_date is not null
order by account_id, local_date, ts desc
{% endmacro %}

{% macro export_daily_values(family) %}
select
    account_id as device_id,
    local_date,
    metric,
    value,
    load_id
from {{ source(family, 'daily_values') }}
{% endmacro %}

{% macro export_activities(family) %}
select
    account_id as device_id,
    activity_id,
    activity_type,
    start_ts,
    end_ts,
    local_date,
    load_id
from {{ source(family, 'activities') }}
{% endmacro %}

{#-
    Sleeps with their stages as sets of instants; NULL where there are none.

    `spans` is a query of (span, level) of one row of `sleeps`. Short awakenings lie on top of the
    levels; downstream, awake wins over other stages.
-#}
{% macro export_sleeps(family, spans=none) %}
with sleeps as (
    select
        account_id as device_id,
        *
    from {{ source(family, 'sleeps') }}
)

select
    sleeps.device_id,
    sleeps.start_ts,
    sleeps.end_ts,
    sleeps.start_ts as source_ts,
    stages.awake,
    -- Classic sleeps tell asleep from awake and no more.
    case when sleeps.sleep_type = 'classic' then null else stages.deep end as deep,
    case when sleeps.sleep_type = 'classic' then null else stages.rem end as rem,
    case when sleeps.sleep_type = 'classic' then null else stages.light end as light,
    sleeps.local_date,
    sleeps.load_id
from sleeps
left join lateral (
    select
        coalesce(
            range_agg(span) filter (where level in ('wake', 'awake', 'restless')), '{}'
        ) as awake,
        coalesce(range_agg(span) filter (where level = 'deep'), '{}') as deep,
        coalesce(range_agg(span) filter (where level = 'rem'), '{}') as rem,
        coalesce(range_agg(span) filter (where level = 'light'), '{}') as light
    from (
        {% if spans %}
        {{ spans }}
        {% else %}
        select
            levels.level,
            tstzrange(
                sleeps.start_ts + make_interval(secs => levels.elapsed_seconds),
                sleeps.start_ts + make_interval(secs => levels.elapsed_seconds + levels.seconds)
            ) as span
        from
            jsonb_to_recordset(sleeps.levels || coalesce(sleeps.short_awakenings, '[]'))
                as levels (elapsed_seconds double precision, level text, seconds double precision)
        where levels.seconds > 0
        {% endif %}
    ) as spans
    -- No row, and so NULL, for a sleep without levels.
    having count(*) > 0
) as stages on true
{% endmacro %}

{#- Means of samples that carry their local day, where an export states no value of the day. -#}
{% macro export_daily_means(family) %}
select
    account_id as device_id,
    local_date,
    metric,
    avg(value order by ts) as value,
    max(load_id) as load_id
from {{ source(family, 'measurements') }}
where metric in ('oxygen_saturation', 'respiratory_rate') and local_date is not null
group by account_id, local_date, metric
{% endmacro %}
