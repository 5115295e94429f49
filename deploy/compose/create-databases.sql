-- Run once by the image, as its superuser, when the data volume is empty: nothing else ever logs
-- in as the superuser. Same logins, owners and rights as the embedded server has.

\getenv warehouse_password VITALS_WAREHOUSE_PASSWORD
\getenv airflow_password VITALS_AIRFLOW_DATABASE_PASSWORD

-- createrole: the migrations make the group roles; createdb: databases to restore into.
create role vitals login createrole createdb password :'warehouse_password';
create role airflow login password :'airflow_password';

create database vitals owner vitals;
create database airflow owner airflow;
revoke connect on database airflow from public;

\connect vitals
create extension if not exists timescaledb;
