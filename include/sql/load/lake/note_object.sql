update raw.loads set lake_object = %(lake_object)s where load_id = %(load_id)s
