"""monitoring: the warehouse's books -> what is fresh, what is wrong, who was told.

Knows neither Airflow nor how a message travels: pages, the nightly report and tests all ask here,
so that they say the same.
"""
