update archive.parts set state = 'superseded' where part_id = any(array[{part_ids}]::integer[])
