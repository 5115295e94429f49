"""A seeded study population: documents for the store, and the truth that they were made from.

population -> schedule -> samples, sleeps -> buckets -> cohort -> mongo (documents), truth (Parquet)

The documents hold what real ones do to a warehouse (clock changes, journeys, two watches, late,
repeated, growing, conflicting and broken deliveries); the truth says what must come of them.
"""

from vitals.synthetic.cohort import COLLECTIONS, Cohort, Delivery
from vitals.synthetic.mongo import deliver, fill_mongo
from vitals.synthetic.raw_bson import raw_bson_batches
from vitals.synthetic.truth import write_truth

__all__ = [
    "COLLECTIONS",
    "Cohort",
    "Delivery",
    "deliver",
    "fill_mongo",
    "raw_bson_batches",
    "write_truth",
]
