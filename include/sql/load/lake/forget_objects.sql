update raw.loads set lake_object = null where load_id = any(%(load_ids)s)
