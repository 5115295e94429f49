"""api: agg and stage -> people and programs, over HTTP.

A process of its own (`python -m vitals.api`) with a database role of its own: it reads what role
`api` may read and knows neither Airflow nor how data is loaded.
"""
