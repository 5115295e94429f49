-- What dlt's merge strategies send: joined on the key alone, so that every chunk is visited.
merge into raw.iot__heart_rates as stored
using staged on stored.device_id = staged.device_id and stored.ts = staged.ts
when matched then update set bpm = staged.bpm, confidence = staged.confidence
when not matched then
insert (device_id, ts, bpm, confidence, load_id)
values (staged.device_id, staged.ts, staged.bpm, staged.confidence, staged.load_id)
