create temporary table fingerprints_now (document_id text, fingerprint bytea) on commit drop
