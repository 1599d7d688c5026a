-- Passkeys of approvers. Which entry made one what it is, and which it signed last, each with the entry's leaf hash.
CREATE TABLE writ.passkey (
  id           text PRIMARY KEY,
  owner        text NOT NULL,
  credential   text NOT NULL,
  algorithm    integer NOT NULL,
  public_key   text NOT NULL,
  name         text NOT NULL,
  rp_id        text NOT NULL,
  state        text NOT NULL,
  counter      bigint NOT NULL,
  used_index   bigint NOT NULL DEFAULT 0,
  used_hash    bytea NOT NULL DEFAULT '',
  entry_index  bigint NOT NULL,
  entry_hash   bytea NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON writ.passkey TO writ_writer;
GRANT SELECT ON writ.passkey TO writ_reader;
