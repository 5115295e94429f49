"""The heart-rate stream: events -> Kafka -> objects of the lake.

produce -> topic -> sink (decoding) -> objects; `vitals.load.stream` takes it from there. Nothing
here imports Airflow or the warehouse: producer and sink run wherever there is a broker.
"""
