create temporary table brought (file_id integer not null, row_count bigint not null) on commit drop
