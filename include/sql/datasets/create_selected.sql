-- Who is in the data set, under which id and with which local days.
create temporary table selected on commit drop as
select
    people.participant_id,
    people.exported_id,
    coalesce(people.first_date, '-infinity') as first_date,
    coalesce(people.last_date, 'infinity') as last_date
from jsonb_to_recordset({people}) as people (
    participant_id text, exported_id text, first_date date, last_date date
)
