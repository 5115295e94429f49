"""dashboard: health data API -> pages in a browser, with Streamlit.

Knows the API and nothing else: no database, no Airflow. What a person sees is what the token may
see.
"""
