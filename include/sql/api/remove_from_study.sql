delete from api.study_members where study = %(study)s and participant_id = any(%(people)s::text[])
