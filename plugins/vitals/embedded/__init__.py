"""embedded: the servers of a machine without Docker, as ordinary processes under `.vitals/`.

packages -> services -> supervisor: `packages` downloads what is missing, each service module knows
how its server is prepared, started and asked whether it is well, and `supervisor` brings them up
and down in the order of their needs. Nothing stays resident: `make up` looks at what is there and
does what is missing, so running it again is the cure for anything that was killed.
"""
