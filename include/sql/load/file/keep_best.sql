-- One row for each key of a file that may hold several: the best one.
create temporary table best as
select distinct on ({key}) *
from staged as incoming
order by {key}, {incoming_rank_descending}
