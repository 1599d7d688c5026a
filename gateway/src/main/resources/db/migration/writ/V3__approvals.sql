-- For whom an approver speaks, and which person a key's holder is.
ALTER TABLE writ.api_key
  ADD COLUMN groups text NOT NULL DEFAULT '',
  ADD COLUMN person text NOT NULL DEFAULT '';

-- Calls that wait for people, or did. Rows find an approval; what it is, the entries of its call say.
CREATE TABLE writ.approval (
  call           text COLLATE "C" PRIMARY KEY,
  state          text COLLATE "C" NOT NULL,
  agent          text COLLATE "C" NOT NULL,
  subject        text COLLATE "C" NOT NULL,
  tool           text COLLATE "C" NOT NULL,
  arguments_mac  text COLLATE "C" NOT NULL,
  session        text COLLATE "C" NOT NULL,
  groups         text[] NOT NULL,
  opened_at      timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  entry_index    bigint NOT NULL,
  entry_hash     bytea NOT NULL
);

-- The same call joins the one that waits. The log sees to that, so nobody can block a call by editing a row.
CREATE INDEX approval_open_like ON writ.approval (agent, subject, tool, arguments_mac, session) WHERE state = 'open';
-- Ids ascend with time, so these list newest first. Few are open beside all that have ended.
CREATE INDEX approval_open ON writ.approval (call) WHERE state = 'open';
CREATE INDEX approval_state ON writ.approval (state, call);
CREATE INDEX approval_agent ON writ.approval (agent, state, call);

GRANT SELECT, INSERT, UPDATE ON writ.approval TO writ_writer;
GRANT SELECT ON writ.approval TO writ_reader;
