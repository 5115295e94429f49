select distinct participant_id from stage.dim_participant where version > 0
