(
    select zones.time_zone from stage.participant_time_zones as zones
    where
        zones.participant_id = %(participant_id)s
        and minutes.minute >= zones.valid_from and minutes.minute < zones.valid_to
)
