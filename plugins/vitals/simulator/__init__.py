"""Provider simulator: known truth -> four provider APIs over HTTP on one port.

`python -m vitals.simulator` serves Google Health, Fitbit, Strava and Garmin for a few synthetic
people, so that real clients can be built and tested without accounts: only their base URL changes.
The data come from `vitals.simulator.truth`, which a test can ask for the right answer. What goes
wrong at providers (limits, expiry, restatements, broken answers) is switched at `/_simulator/`.

    truth/     what the people did             oauth/     consent, codes, tokens, rotation
    <provider>/  truth -> that provider's API  pipeline   request -> faults, token, limit, handler
"""
