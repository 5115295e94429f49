"""raw chunks -> Parquet in S3 -> raw: cold storage that loses nothing.

- `archiver` moves whole chunks out, `restore` brings them back, `drill` proves that it would work;
- `manifest` says what each uploaded object holds, `bucket` is all that talks to S3;
- `lifecycle` keeps the bucket's rules, `settings` are the user's choices.

Nothing here imports Airflow: whoever calls brings a DSN and a boto3 client.
"""
