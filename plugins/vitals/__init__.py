"""Vitals Warehouse: wearable health data from its sources to agg."""
