-- A series with the participant's wall clock beside each instant.
with zones as materialized (
    select valid_from, valid_to, time_zone
    from stage.participant_time_zones
    where participant_id = %(participant_id)s
),

located as (
    select
        series.*,
        (
            select zones.time_zone from zones
            where series.{instant} >= zones.valid_from and series.{instant} < zones.valid_to
        ) as time_zone
    from ({series}) as series
)

select
    located.*,
    {clocks}
from located
