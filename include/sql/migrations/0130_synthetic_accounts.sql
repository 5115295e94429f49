-- Whose side an account is on: its tokens go to the simulator or to a provider, never to the other.
alter table accounts.accounts
add column is_synthetic boolean not null default false;

comment on column accounts.accounts.is_synthetic is
'Whether it is an account of the simulator, whose tokens are never sent to a real provider.';
