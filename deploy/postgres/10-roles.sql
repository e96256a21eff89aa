-- Run once by the official image, as its superuser, on an empty data volume. Roles and databases only: what
-- is in the placements' database is made by `migrate`, and in Temporal's by its own schema tool.
\set ON_ERROR_STOP on
\getenv owner_password DB_OWNER_PASSWORD
\getenv app_password DB_APP_PASSWORD
\getenv signer_password DB_SIGNER_PASSWORD
\getenv temporal_password DB_TEMPORAL_PASSWORD

-- What the application may do is granted to this group by the migrations. It cannot sign in.
CREATE ROLE placements_app NOLOGIN;
-- Changes the database's shape. Only `migrate` signs in as this; a service that could might rewrite the record.
CREATE ROLE placements_owner LOGIN PASSWORD :'owner_password';
-- Worker and gateway.
CREATE ROLE placements LOGIN PASSWORD :'app_password' IN ROLE placements_app;
-- The worker, while it signs the record; the services' own role may not write what it writes.
CREATE ROLE placements_signer LOGIN PASSWORD :'signer_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';

-- UTF8 and the C collation: hashes and orderings must not depend on a library of the operating system.
CREATE DATABASE placements OWNER placements_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
CREATE DATABASE temporal OWNER temporal TEMPLATE template0 ENCODING 'UTF8';
CREATE DATABASE temporal_visibility OWNER temporal TEMPLATE template0 ENCODING 'UTF8';

-- Neither side may look into the other's database.
REVOKE ALL ON DATABASE placements, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT ON DATABASE placements TO placements_app;
