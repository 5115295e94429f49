"""mongosh: the one thing asked of it here, the health check's greeting to a server by its URI."""

import sys

import pymongo

uri = next(argument for argument in sys.argv if argument.startswith("mongodb://"))
with pymongo.MongoClient(uri, serverSelectionTimeoutMS=3000) as client:
    sys.exit(0 if client.admin.command("hello")["ok"] else 1)
