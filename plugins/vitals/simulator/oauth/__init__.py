"""OAuth 2.0 servers of the providers: consent, code with PKCE, token, refresh, revocation.

One implementation; a provider's `Dialect` says how it words answers, and its settings how long
tokens live and whether refresh tokens rotate.
"""
