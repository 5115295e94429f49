-- What an earlier, unfinished replay of a load has written is compared with once more.
delete from raw.load_files where load_id = %(load_id)s
