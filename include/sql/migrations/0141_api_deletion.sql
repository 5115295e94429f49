-- When somebody is deleted, their tokens go, and with a token what it was used for.
alter table api.accesses
drop constraint accesses_token_id_fkey,
add constraint accesses_token_id_fkey
foreign key (token_id) references api.tokens on delete cascade;
