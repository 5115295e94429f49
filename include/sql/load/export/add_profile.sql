-- A new version of a person's profile, if it differs from the newest one; it concerns all their days.
with newest as (
    select *
    from raw.account_exports__profiles
    where account_id = %(account_id)s
    order by load_id desc
    limit 1
),

added as (
    insert into raw.account_exports__profiles
    (
        account_id,
        participant_id,
        devices,
        time_zones,
        date_of_birth,
        gender,
        height_cm,
        load_id
    )
    select
        %(account_id)s,
        %(participant_id)s,
        %(devices)s,
        %(time_zones)s,
        %(date_of_birth)s,
        %(gender)s,
        %(height_cm)s,
        %(load_id)s
    where
        not exists (
            select from newest
            where
                devices = %(devices)s
                and time_zones is not distinct from %(time_zones)s
                and date_of_birth is not distinct from %(date_of_birth)s
                and gender is not distinct from %(gender)s
                and height_cm is not distinct from %(height_cm)s
        )
    returning account_id
),

recorded as (
    insert into raw.load_files (load_id, file_name, rows_loaded, rows_superseded)
    select
        %(load_id)s,
        'profile',
        count(*),
        1 - count(*)
    from added
)

insert into raw.touched_days
(load_id, source, resource, subject_id, utc_date, first_ts, last_ts)
select
    %(load_id)s,
    'account_exports',
    'profiles',
    account_id,
    (now() at time zone 'UTC')::date,
    '-infinity',
    'infinity'
from added
