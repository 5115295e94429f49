"""The servers the other tests rely on do what the product needs of them."""

import boto3
import psycopg
import pymongo
import pytest
from bson import ObjectId
from pymongo.errors import BulkWriteError, OperationFailure


def test_warehouses_are_migrated_and_separate(new_warehouse, warehouse_dsn):
    other = new_warehouse()
    with psycopg.connect(warehouse_dsn) as here, psycopg.connect(other) as there:
        query = "select count(*) from public.schema_migrations"
        assert here.execute(query).fetchone() == there.execute(query).fetchone()
        here.execute("create table public.only_here ()")
        here.commit()
        found = there.execute("select to_regclass('public.only_here')").fetchone()
        assert found == (None,)


def test_warehouse_is_durable_and_private(warehouse_dsn, superuser_dsn):
    with psycopg.connect(superuser_dsn) as connection:
        # The tests alone switch it off, by a file of their own.
        switched = "select sourcefile from pg_file_settings where name = 'fsync'"
        [(file,)] = connection.execute(switched).fetchall()
        assert file.endswith("postgresql.auto.conf")
    with psycopg.connect(warehouse_dsn) as connection:
        shown = {
            name: connection.execute(f"show {name}").fetchone()[0]
            for name in ("jit", "listen_addresses", "password_encryption")
        }
        assert shown == {
            "jit": "off",
            "listen_addresses": "127.0.0.1",
            "password_encryption": "scram-sha-256",
        }
        is_superuser = "select rolsuper from pg_roles where rolname = current_user"
        assert connection.execute(is_superuser).fetchone() == (False,)


def test_warehouse_refuses_a_wrong_password(warehouse_dsn):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(warehouse_dsn, password="wrong")


def test_document_databases_are_separate(mongo_server, mongo_uri):
    with pymongo.MongoClient(mongo_uri) as client:
        database = client.get_default_database()
        database.users.insert_one({"user_id": "a"})
        assert client["another"].users.count_documents({}) == 0
        assert client.server_info()["version"]


def test_document_store_gives_an_empty_first_batch(mongo_uri):
    with pymongo.MongoClient(mongo_uri) as client:
        database = client.get_default_database()
        database.users.insert_many({"_id": number} for number in range(3))
        command = {"aggregate": "users", "pipeline": [], "cursor": {"batchSize": 0}}
        assert database.command(command)["cursor"]["firstBatch"] == []
        found = database.users.find(batch_size=2).sort("_id", 1)
        assert [document["_id"] for document in found] == [0, 1, 2]


def test_document_store_finds_documents_from_an_id_on(mongo_uri):
    """Whatever else lies in the collection, in both orders, with a limit and an upper bound."""
    ids = [ObjectId() for _ in range(30)]
    with pymongo.MongoClient(mongo_uri) as client:
        steps = client.get_default_database().steps
        steps.insert_many({"_id": found, "data": b"raw"} for found in reversed(ids))
        steps.insert_many({"_id": other} for other in ("f" * 24, 7, {"a": 1}))
        with pytest.raises(BulkWriteError):
            steps.insert_many([{"_id": ids[0]}])

        def found(condition: dict, order: int = 1, limit: int = 0) -> list[ObjectId]:
            cursor = steps.find({"_id": condition}).sort("_id", order).limit(limit)
            return [each["_id"] for each in cursor if isinstance(each["_id"], ObjectId)]

        assert found({"$gte": ids[20]}) == ids[20:]
        assert found({"$gte": ids[20], "$lt": ids[25]}) == ids[20:25]
        assert found({"$gte": ids[0]}, order=-1)[:3] == ids[:-4:-1]
        assert found({"$gte": ids[29]}, limit=1) == ids[29:]
        assert steps.find_one({"_id": ids[3]}) == {"_id": ids[3], "data": b"raw"}


def test_document_store_refuses_unknown_commands(mongo_uri):
    with (
        pymongo.MongoClient(mongo_uri) as client,
        pytest.raises(OperationFailure, match="no such command") as refused,
    ):
        client.get_default_database().command("frobnicate")
    assert refused.value.code == 59


def test_object_store_keeps_storage_classes(s3):
    client = boto3.client(
        "s3",
        endpoint_url=s3.endpoint_url,
        region_name=s3.region,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
    )
    client.create_bucket(Bucket="archive")
    client.put_object(Bucket="archive", Key="k", Body=b"1", StorageClass="DEEP_ARCHIVE")
    assert client.head_object(Bucket="archive", Key="k")["StorageClass"] == "DEEP_ARCHIVE"
