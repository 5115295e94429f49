date_trunc(
    'hour',
    minutes.minute,
    (
        -- The zones of local_time.sql, which such a series is always a part of.
        select zones.time_zone from zones
        where minutes.minute >= zones.valid_from and minutes.minute < zones.valid_to
    )
)
