-- Rows that a check has copied, of any table: the next run copies again what is still there.
true
