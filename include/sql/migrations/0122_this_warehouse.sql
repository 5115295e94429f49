-- The number by which a bucket knows the warehouse that it belongs to.

create table archive.this_warehouse (
    warehouse_id uuid not null default gen_random_uuid(),
    numbered_at timestamptz not null default clock_timestamp(),
    is_only_row boolean primary key default true check (is_only_row)
);
comment on table archive.this_warehouse is
'One row, made when the warehouse first writes to S3: two warehouses must not share a bucket.';
comment on column archive.this_warehouse.warehouse_id is
'As in the object owner/warehouse.json of its bucket. A copy of the database has the same number.';
comment on column archive.this_warehouse.numbered_at is 'When the number was made.';
comment on column archive.this_warehouse.is_only_row is 'Keeps a second row out.';

grant insert on archive.this_warehouse to loader;
