-- Rows of a file that belong to people who were deleted for good.
update raw.loads set rows_withheld = rows_withheld + {rows} where load_id = {load_id}
