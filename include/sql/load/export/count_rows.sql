-- What became of the rows of some loads, by kind of file.
select
    concat_ws(' ', files.export_format, files.kind) as kind,
    sum(written.rows_loaded)::bigint as rows_loaded,
    sum(written.rows_superseded)::bigint as rows_known
from raw.export_file_loads as written
inner join raw.export_files as files on written.file_id = files.file_id
where written.load_id = any(%(load_ids)s)
group by 1
