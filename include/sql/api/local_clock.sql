located.{instant} at time zone located.time_zone as {local},
    (
        extract(
            epoch from (located.{instant} at time zone located.time_zone)
            - (located.{instant} at time zone 'UTC')
        ) / 60
    )::integer as {offset}
