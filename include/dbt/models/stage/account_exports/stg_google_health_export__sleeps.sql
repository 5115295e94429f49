{% set spans %}
        select
            levels.level,
            tstzrange(levels.start_ts, levels.end_ts) as span
        from {{ source('google_health_export', 'sleep_stages') }} as levels
        where
            levels.account_id = sleeps.device_id
            and levels.sleep_id = sleeps.sleep_id
            and levels.end_ts > levels.start_ts
{% endset %}

{{ export_sleeps('google_health_export', spans) }}
