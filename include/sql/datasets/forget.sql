delete from datasets.made
where dataset_id = %(dataset_id)s
