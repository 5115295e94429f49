-- A part that was written anew without somebody takes the place of the old one.
update archive.parts
set
    part_number = %(part_number)s,
    object_key = %(object_key)s,
    manifest_key = %(new_key)s,
    row_count = %(rows)s,
    first_ts = %(first_ts)s,
    last_ts = %(last_ts)s,
    size_bytes = %(size_bytes)s,
    sha256 = %(sha256)s
where manifest_key = %(manifest_key)s
