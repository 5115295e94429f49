select distinct study from api.study_members
order by study
