"""The tables that Google adds to a Takeout ("..._GoogleData") -> raw.google_health_export__*.

CSV with instants in UTC. They hold much of what the classic tree holds; stage decides per day and
kind of value which of the two counts.
"""
