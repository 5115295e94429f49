select device_id from stage.participant_devices where participant_id = %(participant_id)s
