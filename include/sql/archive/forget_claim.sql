-- A number that was taken and not needed.
delete from archive.parts where part_id = {part_id} and state = 'uploading'
