-- Numbers of loads must not repeat those of a warehouse that was there before.
select setval('raw.loads_load_id_seq', %(newest)s)
from raw.loads_load_id_seq as numbers
where numbers.last_value < %(newest)s
