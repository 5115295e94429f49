select participant_id from api.study_members where study = %(study)s order by participant_id
