update archive.parts set state = 'expired' where manifest_key = %(manifest_key)s
