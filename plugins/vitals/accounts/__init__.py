"""Accounts at the providers: consent -> encrypted tokens -> polite sessions, one per account.

    connect (consent, exchange) -> store, vault -> tokens + budget -> session -> a source's client

Parallel tasks meet in the database alone: a row lock makes one of them renew a token, and counters
keep all of them together within the provider's limits. Nothing here names a provider; what differs
between them is in their descriptions (`vitals.sources._api.spec`).
"""
