-- The audit log. Runs as its owner, who cannot log in; writ_writer may INSERT and SELECT, writ_reader may SELECT.
-- Leaves are the truth; the columns beside a leaf only find it, and the verifier compares them.

CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit.% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

-- An epoch: one signing key, one tree.
CREATE TABLE audit.log (
  log_id     integer     PRIMARY KEY,
  origin     text        NOT NULL,
  vkey       text        NOT NULL,
  created_at timestamptz NOT NULL,
  prev_log   integer     REFERENCES audit.log,
  prev_note  text,
  UNIQUE NULLS NOT DISTINCT (prev_log),
  CHECK ((prev_log IS NULL) = (prev_note IS NULL))
);

CREATE TABLE audit.entry (
  log_id    integer     NOT NULL,
  idx       bigint      NOT NULL,
  leaf_hash bytea       NOT NULL CHECK (octet_length(leaf_hash) = 32),
  leaf      bytea       NOT NULL CHECK (octet_length(leaf) BETWEEN 1 AND 65535),
  kind      text        COLLATE "C" NOT NULL,
  call      text        COLLATE "C",
  verdict   text        COLLATE "C",
  agent     text        COLLATE "C",
  subject   text        COLLATE "C",
  session   text        COLLATE "C",
  tool      text        COLLATE "C",
  rule      text        COLLATE "C",
  bundle    text        COLLATE "C",
  ts        timestamptz NOT NULL,
  PRIMARY KEY (log_id, idx)
) PARTITION BY RANGE (idx);
-- Compressing would take longer, under the log's lock, than writing.
ALTER TABLE audit.entry ALTER COLUMN leaf SET STORAGE EXTERNAL;

CREATE INDEX entry_kind ON audit.entry (kind, idx);
CREATE INDEX entry_call ON audit.entry (call, idx) WHERE call IS NOT NULL;
CREATE INDEX entry_verdict ON audit.entry (verdict, idx) WHERE verdict IS NOT NULL;
CREATE INDEX entry_agent ON audit.entry (agent, subject, idx) WHERE agent IS NOT NULL;
CREATE INDEX entry_subject ON audit.entry (subject, idx) WHERE subject IS NOT NULL;
CREATE INDEX entry_session ON audit.entry (session, idx) WHERE session IS NOT NULL;
CREATE INDEX entry_tool ON audit.entry (tool, idx) WHERE tool IS NOT NULL;
CREATE INDEX entry_rule ON audit.entry (rule, idx) WHERE rule IS NOT NULL;
CREATE INDEX entry_bundle ON audit.entry (bundle, idx) WHERE bundle IS NOT NULL;
-- Times ascend with the index but for the clocks' differences, which is what a block range index is for.
CREATE INDEX entry_ts ON audit.entry USING brin (ts) WITH (pages_per_range = 32, autosummarize = on);

-- What makes an event happen once.
CREATE TABLE audit.entry_key (
  key       text    COLLATE "C" PRIMARY KEY,
  log_id    integer NOT NULL,
  idx       bigint  NOT NULL,
  leaf_hash bytea   NOT NULL
);
CREATE INDEX entry_key_entry ON audit.entry_key (log_id, idx);

-- The chain of signed tree heads: each names the one before, and none can be named twice.
CREATE TABLE audit.checkpoint (
  log_id       integer     NOT NULL,
  size         bigint      NOT NULL,
  prev_size    bigint,
  root         bytea       NOT NULL CHECK (octet_length(root) = 32),
  frontier     bytea       NOT NULL,
  note         text        NOT NULL,
  batch_id     uuid        NOT NULL,
  replica      text        NOT NULL,
  committed_at timestamptz NOT NULL,
  PRIMARY KEY (log_id, size),
  UNIQUE NULLS NOT DISTINCT (log_id, prev_size),
  CHECK (CASE WHEN prev_size IS NULL THEN size = 0 ELSE prev_size < size END)
);

-- Full c2sp.org/tlog-tiles tiles, so that proofs of old entries need no old leaves.
CREATE TABLE audit.tile (
  log_id integer  NOT NULL,
  level  smallint NOT NULL,
  n      bigint   NOT NULL,
  hashes bytea    NOT NULL CHECK (octet_length(hashes) = 256 * 32),
  PRIMARY KEY (log_id, level, n)
);

-- What witnesses said of a checkpoint: lines of c2sp.org/signed-note.
CREATE TABLE audit.cosignature (
  log_id    integer     NOT NULL,
  size      bigint      NOT NULL,
  witness   text        NOT NULL,
  line      text        NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (log_id, size, witness),
  FOREIGN KEY (log_id, size) REFERENCES audit.checkpoint
);

-- Erasable: what a leaf only commits to. Nonce and value are encrypted together under the subject's key.
CREATE TABLE audit.input (
  log_id      integer NOT NULL,
  idx         bigint  NOT NULL,
  name        text    COLLATE "C" NOT NULL,
  subject_key text    COLLATE "C" NOT NULL,
  followed    boolean NOT NULL,
  ciphertext  bytea   NOT NULL,
  PRIMARY KEY (log_id, idx, name)
);
ALTER TABLE audit.input ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
CREATE INDEX input_subject_key ON audit.input (subject_key);

CREATE TABLE audit.subject_key (
  id           text        COLLATE "C" PRIMARY KEY,
  wrapped_key  bytea,
  destroyed_at timestamptz,
  CHECK ((wrapped_key IS NULL) = (destroyed_at IS NOT NULL))
);

-- Privileges already forbid this to everybody who can log in; the triggers also stop an owner's slip of the hand.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['log', 'entry', 'entry_key', 'checkpoint', 'tile', 'cosignature'] LOOP
    EXECUTE format('CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON audit.%I'
      ' FOR EACH ROW EXECUTE FUNCTION audit.refuse()', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit.%I'
      ' FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', name);
  END LOOP;
END $$;

-- Where the partition that starts at an index ends. A small log prunes finely, a large one has few partitions; every boundary
-- is a multiple of 65,536, as c2sp.org/tlog-tiles asks of pruning.
CREATE FUNCTION audit.partition_end(start bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT start + CASE WHEN start < 1 << 20 THEN 1 << 16 WHEN start < 1 << 24 THEN 1 << 20 ELSE 1 << 24 END
$$;

-- Makes partitions for all indices below a bound, at most 2^24 above the head; returns where the last one ends. Attaching, other
-- than creating in place, does not wait for readers and writers.
CREATE FUNCTION audit.extend(bound bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  start bigint;
  stop  bigint;
  name  text;
BEGIN
  IF bound > (SELECT coalesce(max(size), 0) FROM audit.checkpoint) + (1 << 24) THEN
    RAISE EXCEPTION 'audit.extend: % is too far ahead', bound;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('writ.audit.extend', 0));
  SELECT coalesce(audit.partition_end(max(substr(c.relname, 7)::bigint)), 0) INTO stop
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit.entry'::regclass;
  WHILE stop < bound LOOP
    start := stop;
    stop := audit.partition_end(start);
    name := 'entry_' || start;
    EXECUTE format('CREATE TABLE audit.%I (LIKE audit.entry INCLUDING ALL)', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit.%I'
      ' FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', name);
    EXECUTE format('ALTER TABLE audit.entry ATTACH PARTITION audit.%I FOR VALUES FROM (%s) TO (%s)', name, start, stop);
  END LOOP;
  RETURN stop;
END $$;

REVOKE ALL ON FUNCTION audit.extend(bigint) FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO writ_writer, writ_reader;
GRANT EXECUTE ON FUNCTION audit.extend(bigint) TO writ_writer;
GRANT SELECT, INSERT ON audit.log, audit.entry, audit.entry_key, audit.checkpoint, audit.tile, audit.cosignature,
  audit.input, audit.subject_key TO writ_writer;
GRANT SELECT ON audit.log, audit.entry, audit.entry_key, audit.checkpoint, audit.tile, audit.cosignature,
  audit.input, audit.subject_key TO writ_reader;

SELECT audit.extend(1 << 18);
