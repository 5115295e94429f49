"""A provider -> what the web page says about its DAG: the same for all, and notes of its own."""

from vitals.sources._api.spec import ApiSpec

_EXTRACT = """Load what the connected accounts have at {title} into `raw.{name}__*`.

### When

Every morning at 06:00, and by hand: for all accounts or some, for what is new or for a range of
days. First it waits for the network: as long as {hosts} cannot be reached, it looks again every 2
minutes for an hour, without using a worker slot, and then fails.

### What it does

`extract` is one task for each account, several at a time. It reads what is new since the last
complete day and reads the days again that {title} may still correct; a new account is read for
`VITALS_HISTORY_DAYS` days back. What is stored of the days read is replaced by what was read.
`publish` announces `raw__{name}` if a day changed, and `iot_stage_transform` follows.

Then, where something is missing in the past, `gaps` names the accounts and `backfill` reads it, the
newest days first: the history after `VITALS_HISTORY_DAYS` was raised, the days of a study from its
start on, and ranges of days that somebody asked for and that failed. It leaves
`VITALS_BACKFILL_RESERVE` percent of each limit to new days, and the next night goes on where it
ended. What was answered once, even with nothing, is not asked for again. Most nights there is
nothing to fill, and both are skipped; after a run for a range of days they always are. `report` has
in its log what became of each account.

### Safe to run again?

Yes, at any time, also beside another run: an account is read by one task at a time, and reading
the same days twice changes nothing. Each run needs requests, and {title} counts them.

### Triage

- **An account is skipped**: its consent has ended or was withdrawn. The log names the command that
  renews it. The other accounts are not concerned, and it is not called until then.
- **An account failed**: {title} gave no usable answer for something, even after several tries. What
  it did give was loaded; the next run reads the rest. `select * from raw.loads where account_id =
  '{name}:...' order by load_id desc` shows it resource by resource.
- **A limit was reached**: the run succeeds with what it has read, and the next one goes on there.
- **`backfill` succeeded, but days are still missing**: its log, and loads of mode `backfill` in
  `raw.loads`, say what {title} did not give. It is tried again each night; days that were refused
  in three of them are left alone until somebody asks for them with `start` and `end`.
- **`wait_for_internet` failed**: its last log line names each host and what happened.
- **Everything is skipped**: no account is connected yet. `vitals connect {name} --participant
  <id>` connects one, `vitals accounts` lists them.
{notes}"""


def extract_doc(spec: ApiSpec, *notes: str) -> str:
    """Documentation of <provider>_raw_extract; each note is one more point under Triage."""
    return _EXTRACT.format(
        name=spec.name,
        title=spec.title,
        hosts=" and ".join(f"`{host}`" for host in spec.hosts),
        notes="".join(f"- {note}\n" for note in notes),
    )
