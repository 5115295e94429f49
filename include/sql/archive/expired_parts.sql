-- Parts of one source of which every row is older than what may be kept.
select part_id, object_key, manifest_key
from archive.parts
where
    split_part(table_name, '__', 1) = %(source)s
    and state in ('archived', 'superseded')
    and last_ts < %(first_kept)s
order by part_id
