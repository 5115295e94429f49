-- When a device changes hands, all that it ever delivered has to be found: by device, in any load.
create index touched_days_by_subject on raw.touched_days (subject_id);
