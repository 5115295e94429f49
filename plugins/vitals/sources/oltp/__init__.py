"""oltp: users and activities of an operational PostgreSQL -> rows of raw.oltp__users, __activities.

tables (what is read) -> reader (dlt's sql_database source) -> rules (what is refused). The database
overwrites and deletes; that its history is kept all the same is the work of vitals.load.oltp.
"""

from vitals.sources.oltp.tables import TABLES, Table

__all__ = ["TABLES", "Table"]
