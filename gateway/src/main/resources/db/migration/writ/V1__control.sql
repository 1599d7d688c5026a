-- Governed state: a query form of what the log's entries say. Each row carries the index and leaf hash of the entry that made
-- it what it is; a row that does not match its entry is refused when it is loaded. Rows change only in their entry's transaction.
CREATE TABLE writ.agent (
  name         text PRIMARY KEY,
  owner        text NOT NULL,
  description  text NOT NULL,
  entry_index  bigint NOT NULL,
  entry_hash   bytea NOT NULL
);

CREATE TABLE writ.api_key (
  id           text PRIMARY KEY,
  principal    text NOT NULL,
  secret_hash  bytea NOT NULL,
  roles        text NOT NULL,
  subjects     text NOT NULL,
  expires_at   timestamptz NOT NULL,
  purpose      text NOT NULL,
  revoked      boolean NOT NULL,
  entry_index  bigint NOT NULL,
  entry_hash   bytea NOT NULL
);

CREATE TABLE writ.session (
  id           text PRIMARY KEY,
  agent        text NOT NULL,
  subject      text NOT NULL,
  entry_index  bigint NOT NULL,
  entry_hash   bytea NOT NULL
);

CREATE TABLE writ.connector (
  name         text PRIMARY KEY,
  settings     text NOT NULL,
  credential   text NOT NULL, -- sealed; the key that opens it is in no database
  entry_index  bigint NOT NULL,
  entry_hash   bytea NOT NULL
);

-- Every definition a decision was ever made for, by digest. Never changed, never removed.
CREATE TABLE writ.tool_definition (
  digest       text PRIMARY KEY,
  definition   text NOT NULL,
  entry_index  bigint NOT NULL,
  entry_hash   bytea NOT NULL
);

-- Every bundle that was ever published, by digest. Never changed, never removed.
CREATE TABLE writ.bundle (
  digest       text PRIMARY KEY,
  files        text NOT NULL, -- texts by path
  tools        text NOT NULL, -- digests of the definitions it was checked against, by tool
  entry_index  bigint NOT NULL,
  entry_hash   bytea NOT NULL
);

GRANT USAGE ON SCHEMA writ TO writ_writer, writ_reader;
GRANT SELECT, INSERT, UPDATE ON writ.agent, writ.api_key, writ.session, writ.connector TO writ_writer;
GRANT SELECT, INSERT ON writ.tool_definition, writ.bundle TO writ_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA writ TO writ_reader;
