"""charts: tables -> Altair charts. Pure functions: no Streamlit, no API."""
