"""MongoDB -> terminal: try the source without a warehouse.

`PYTHONPATH=plugins python -m vitals.sources.iot mongodb://127.0.0.1:27017/iot`
"""

import argparse
from datetime import UTC, datetime, timedelta

from vitals.sources.iot.client import DocumentStore
from vitals.sources.iot.collections import COLLECTIONS
from vitals.sources.iot.extract import Cursor, Request, read_collection


def main() -> None:
    """Print the first rows of each collection and the first refusals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("uri", help="mongodb://host:port/database")
    parser.add_argument("--rows", type=int, default=5)
    arguments = parser.parse_args()
    request = Request("full", datetime.now(UTC), timedelta(0), lambda *_: {})
    with DocumentStore.open(arguments.uri) as store:
        for name in store.collections():
            spec = COLLECTIONS.get(name)
            print(name if spec else f"{name}: not a collection this source knows")
            first = next(read_collection(store, spec, request, Cursor())) if spec else None
            for row in first.rows.slice(0, arguments.rows).to_pylist() if first else []:
                print("   ", row)
            for item in first.rejected[: arguments.rows] if first else []:
                print("    refused:", item.reason, item.payload[:100])


if __name__ == "__main__":
    main()
