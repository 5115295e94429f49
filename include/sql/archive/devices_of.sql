-- Devices and accounts that stage knows of participants.
select device_id from stage.participant_devices where participant_id = any(%(participants)s)
