stored.device_id = any(%(subjects)s)
