"""storage: an S3 server and a bucket -> a client of it, for code outside Airflow."""

from typing import Any

from vitals.settings import S3Target


def client(target: S3Target) -> Any:
    """A boto3 client; what fails is tried again a few times."""
    import boto3  # takes half a second, and most commands need none
    from botocore.config import Config

    return boto3.client(
        "s3",
        aws_access_key_id=target.access_key,
        aws_secret_access_key=target.secret_key,
        endpoint_url=target.endpoint_url,
        region_name=target.region,
        config=Config(
            connect_timeout=5, read_timeout=60, retries={"max_attempts": 4, "mode": "standard"}
        ),
    )
