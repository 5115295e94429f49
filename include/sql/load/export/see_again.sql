update raw.export_files set last_seen_at = clock_timestamp() where file_id = any(%(file_ids)s)
