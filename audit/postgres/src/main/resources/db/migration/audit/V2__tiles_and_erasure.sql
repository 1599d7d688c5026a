-- What may be deleted, by whom, and only because an entry says so; and no byte is kept any more that nothing covers.

-- A key is replaced within the log (docs/adr/0010), so there is one row.
ALTER TABLE audit.log DROP COLUMN created_at, DROP COLUMN prev_log, DROP COLUMN prev_note;
ALTER TABLE audit.checkpoint DROP COLUMN batch_id, DROP COLUMN replica, DROP COLUMN committed_at;

-- Rows of another length would be none that anybody wrote.
ALTER TABLE audit.entry_key ADD CONSTRAINT whole_hash CHECK (octet_length(leaf_hash) = 32);

-- From here on a leaf names the inputs that are not followed; leaves of before name none.
UPDATE audit.input SET followed = true WHERE NOT followed;

-- The erasable tables change in the functions below and nowhere else.
CREATE FUNCTION audit.refuse_unless_erasing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'writ_owner' AND current_setting('writ.erasing', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION 'audit.% only changes by an entry that says so: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER only_by_entry BEFORE UPDATE OR DELETE ON audit.input
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_unless_erasing();
CREATE TRIGGER only_by_entry BEFORE UPDATE OR DELETE ON audit.subject_key
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_unless_erasing();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit.input FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit.subject_key FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

-- The leaf of a durable entry of that kind.
CREATE FUNCTION audit.ordered(at bigint, expected text) RETURNS jsonb LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  leaf jsonb;
BEGIN
  SELECT convert_from(e.leaf, 'UTF8')::jsonb INTO leaf FROM audit.entry e
    WHERE e.log_id = (SELECT max(l.log_id) FROM audit.log l) AND e.idx = at AND e.kind = expected
      AND e.leaf_hash = sha256('\x00'::bytea || e.leaf)
      AND at < (SELECT max(c.size) FROM audit.checkpoint c WHERE c.log_id = e.log_id);
  IF leaf ->> 'kind' = expected THEN
    RETURN leaf;
  END IF;
  RAISE EXCEPTION 'entry % is not a durable % entry', at, expected USING ERRCODE = 'invalid_parameter_value';
END $$;

-- What legal holds keep that no entry below an index released, by default none at all: a subject's key, or everything, which is
-- NULL.
CREATE FUNCTION audit.held(below bigint DEFAULT NULL) RETURNS TABLE (subject_key text) LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  WITH holds AS MATERIALIZED (
    SELECT idx, kind, convert_from(leaf, 'UTF8')::jsonb -> 'body' AS body FROM audit.entry
      WHERE kind IN ('HOLD_PLACED', 'HOLD_RELEASED'))
  SELECT placed.body ->> 'subjectKey' FROM holds placed
    WHERE placed.kind = 'HOLD_PLACED' AND NOT EXISTS (
      SELECT FROM holds released WHERE released.kind = 'HOLD_RELEASED' AND released.idx > placed.idx
        AND (below IS NULL OR released.idx < below) AND released.body ->> 'hold' = placed.body ->> 'hold')
$$;

-- Waits for what is being appended, and lets nobody append until the transaction ends: who looks for holds after it misses none
-- that was acknowledged. Taken as late as can be, since all appends wait. The key is that of the log's writers.
CREATE FUNCTION audit.stop_appends() RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_advisory_xact_lock(8247615470294298721)
$$;

-- Destroys the key of the subject that an ERASURE entry names, and the inputs under it. Returns the rows that went.
CREATE FUNCTION audit.erase(at bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  leaf    jsonb := audit.ordered(at, 'ERASURE');
  subject text  := leaf -> 'body' ->> 'subjectKey';
  keys    bigint;
  inputs  bigint;
  late    bigint;
BEGIN
  IF coalesce(subject, '') IN ('', 'writ') THEN
    RAISE EXCEPTION 'entry % names no subject that can be erased', at USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM set_config('writ.erasing', 'on', true);
  DELETE FROM audit.input i WHERE i.subject_key = subject;
  GET DIAGNOSTICS inputs = ROW_COUNT;
  PERFORM audit.stop_appends();
  IF EXISTS (SELECT FROM audit.held() h WHERE h.subject_key IS NULL OR h.subject_key = subject) THEN
    RAISE EXCEPTION 'a legal hold keeps what entry % is to erase', at USING ERRCODE = 'object_in_use';
  END IF;
  -- Also of somebody who has none yet, so that nothing is ever recorded under it.
  INSERT INTO audit.subject_key AS k (id, wrapped_key, destroyed_at) VALUES (subject, NULL, (leaf ->> 'at')::timestamptz)
    ON CONFLICT (id) DO UPDATE SET wrapped_key = NULL, destroyed_at = excluded.destroyed_at
    WHERE k.wrapped_key IS NOT NULL;
  GET DIAGNOSTICS keys = ROW_COUNT;
  DELETE FROM audit.input i WHERE i.subject_key = subject;
  GET DIAGNOSTICS late = ROW_COUNT;
  PERFORM set_config('writ.erasing', '', true);
  RETURN keys + inputs + late;
END $$;

-- Where an expiry may begin: where the one before it ended, if that was carried out and no hold was released since, which may have
-- kept some of it.
CREATE FUNCTION audit.expired_below(at bigint, names jsonb) RETURNS bigint LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(max(least((e.body ->> 'below')::bigint, e.idx)), 0) FROM (
      SELECT idx, convert_from(leaf, 'UTF8')::jsonb -> 'body' AS body FROM audit.entry
        WHERE kind = 'RESULTS_EXPIRED' AND idx < at ORDER BY idx DESC LIMIT 10) e
    WHERE e.body -> 'names' @> names
      AND e.idx > (SELECT coalesce(max(h.idx), -1) FROM audit.entry h WHERE h.kind = 'HOLD_RELEASED')
      AND EXISTS (SELECT FROM audit.entry_key k WHERE k.key = 'operation-done/' || e.idx)
$$;

-- Deletes the inputs whose time a RESULTS_EXPIRED entry says is over, but those that a hold keeps or kept when it was appended, of
-- the entries of one step. It begins at the index it is given, or where it may if that is negative; says how many went and where the next
-- step begins, which is NULL after the last.
CREATE FUNCTION audit.expire(at bigint, start bigint, OUT inputs bigint, OUT next bigint) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  body  jsonb  := audit.ordered(at, 'RESULTS_EXPIRED') -> 'body';
  bound bigint := least((body ->> 'below')::bigint, at);
  names text[] := ARRAY(SELECT jsonb_array_elements_text(body -> 'names'));
  held  text[] := ARRAY(SELECT h.subject_key FROM audit.held(at) h);
BEGIN
  inputs := 0;
  IF start < 0 THEN
    start := audit.expired_below(at, body -> 'names');
  END IF;
  IF bound IS NULL OR start >= bound OR array_position(held, NULL) IS NOT NULL THEN
    RETURN;
  END IF;
  next := least(start + 65536, bound);
  PERFORM set_config('writ.erasing', 'on', true);
  DELETE FROM audit.input i WHERE i.log_id = (SELECT max(l.log_id) FROM audit.log l) AND i.idx >= start AND i.idx < next
    AND i.name = ANY (names) AND i.subject_key <> ALL (held);
  GET DIAGNOSTICS inputs = ROW_COUNT;
  PERFORM set_config('writ.erasing', '', true);
  PERFORM audit.stop_appends();
  IF EXISTS (SELECT FROM audit.held(at) h WHERE h.subject_key IS NULL OR h.subject_key <> ALL (held)) THEN
    RAISE EXCEPTION 'a legal hold came while entry % was carried out', at USING ERRCODE = 'object_in_use';
  END IF;
  IF next = bound THEN
    next := NULL;
  END IF;
END $$;

-- Deletes what a PRUNE entry says from the first partition that still has any of it, with the inputs. Returns the rows that
-- went; call it until that is 0. The kept entries move to a partition of their own beforehand, so that others wait for no
-- longer than it takes to put that one in the old one's place; where even this cannot be had at once, it fails with 55P03
-- (lock_not_available) and is to be called again.
CREATE FUNCTION audit.prune(at bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp SET lock_timeout = '100ms' AS $$
DECLARE
  body    jsonb  := audit.ordered(at, 'PRUNE') -> 'body';
  bound   bigint := least((body ->> 'below')::bigint, at);
  kinds   text[] := ARRAY(SELECT jsonb_array_elements_text(body -> 'kinds'));
  start   bigint;
  stop    bigint;
  old     text;
  new     text;
  height  integer := 0;
  missing boolean;
  entries bigint;
  inputs  bigint;
BEGIN
  IF kinds && ARRAY['PRUNE', 'ERASURE', 'RESULTS_EXPIRED', 'HOLD_PLACED', 'HOLD_RELEASED',
      'LOG_KEY_ADDED', 'LOG_KEY_RETIRED'] THEN
    RAISE EXCEPTION 'entry % names kinds without which the log cannot be verified; they stay', at
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF EXISTS (SELECT FROM audit.held()) THEN
    RAISE EXCEPTION 'a legal hold keeps what entry % is to prune', at USING ERRCODE = 'object_in_use';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('writ.audit.prune', 0));
  SELECT p.start INTO start FROM (
      SELECT substr(c.relname, 7)::bigint AS start FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'audit.entry'::regclass) p
    WHERE audit.partition_end(p.start) <= bound AND EXISTS (
      SELECT FROM audit.entry e
        WHERE e.idx >= p.start AND e.idx < audit.partition_end(p.start) AND e.kind = ANY (kinds))
    ORDER BY p.start LIMIT 1;
  IF start IS NULL THEN
    RETURN 0;
  END IF;
  stop := audit.partition_end(start);
  old := 'entry_' || start;
  new := 'kept_' || start;

  -- What goes is proved by tiles from now on.
  WHILE stop >> (8 * (height + 1)) > 0 LOOP
    IF (SELECT count(*) FROM audit.tile t WHERE t.level = height AND t.n < stop >> (8 * (height + 1)))
        <> stop >> (8 * (height + 1)) THEN
      RAISE EXCEPTION 'the tiles below entry % are not all written yet', stop
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    height := height + 1;
  END LOOP;
  EXECUTE format('SELECT EXISTS (SELECT FROM audit.%I e JOIN audit.tile t'
    ' ON t.log_id = e.log_id AND t.level = 0 AND t.n = e.idx >> 8 WHERE e.kind = ANY ($1)'
    ' AND substr(t.hashes, (e.idx & 255)::int * 32 + 1, 32) <> sha256(''\x00''::bytea || e.leaf))', old)
    INTO missing USING kinds;
  IF missing THEN
    RAISE EXCEPTION 'a tile between entries % and % is not of these entries', start, stop
      USING ERRCODE = 'data_corrupted';
  END IF;

  PERFORM set_config('writ.erasing', 'on', true), set_config('writ.ddl', 'audit', true);
  EXECUTE format('DELETE FROM audit.input i USING audit.%I e'
    ' WHERE e.kind = ANY ($1) AND i.log_id = e.log_id AND i.idx = e.idx', old) USING kinds;
  GET DIAGNOSTICS inputs = ROW_COUNT;
  EXECUTE format('SELECT count(*) FROM audit.%I WHERE kind = ANY ($1)', old) INTO entries USING kinds;
  EXECUTE format('CREATE TABLE audit.%I (LIKE audit.entry INCLUDING ALL,'
    ' CONSTRAINT within CHECK (idx >= %s AND idx < %s))', new, start, stop);
  EXECUTE format('INSERT INTO audit.%I SELECT * FROM audit.%I WHERE kind <> ALL ($1)', new, old) USING kinds;
  EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit.%I'
    ' FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', new);

  EXECUTE format('ALTER TABLE audit.entry DETACH PARTITION audit.%I', old);
  EXECUTE format('DROP TABLE audit.%I', old);
  EXECUTE format('ALTER TABLE audit.%I RENAME TO %I', new, old);
  EXECUTE format('ALTER TABLE audit.entry ATTACH PARTITION audit.%I FOR VALUES FROM (%s) TO (%s)', old, start, stop);
  EXECUTE format('ALTER TABLE audit.%I DROP CONSTRAINT within', old);
  -- Nobody can have appended since the tables changed places, and whoever did before is seen now.
  IF EXISTS (SELECT FROM audit.held()) THEN
    RAISE EXCEPTION 'a legal hold keeps what entry % is to prune', at USING ERRCODE = 'object_in_use';
  END IF;
  PERFORM set_config('writ.erasing', '', true), set_config('writ.ddl', '', true);
  RETURN entries + inputs;
END $$;

-- As before, but for the leave to do it.
CREATE OR REPLACE FUNCTION audit.extend(bound bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  start bigint;
  stop  bigint;
  name  text;
  leave text := coalesce(current_setting('writ.ddl', true), '');
BEGIN
  IF bound > (SELECT coalesce(max(size), 0) FROM audit.checkpoint) + (1 << 24) THEN
    RAISE EXCEPTION 'audit.extend: % is too far ahead', bound;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('writ.audit.extend', 0));
  SELECT coalesce(audit.partition_end(max(substr(c.relname, 7)::bigint)), 0) INTO stop
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit.entry'::regclass;
  PERFORM set_config('writ.ddl', 'audit', true);
  WHILE stop < bound LOOP
    start := stop;
    stop := audit.partition_end(start);
    name := 'entry_' || start;
    EXECUTE format('CREATE TABLE audit.%I (LIKE audit.entry INCLUDING ALL)', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit.%I'
      ' FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', name);
    EXECUTE format('ALTER TABLE audit.entry ATTACH PARTITION audit.%I FOR VALUES FROM (%s) TO (%s)', name, start, stop);
  END LOOP;
  PERFORM set_config('writ.ddl', leave, true);
  RETURN stop;
END $$;

-- For everybody, unless it is taken away.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO writ_eraser, writ_pruner;
GRANT EXECUTE ON FUNCTION audit.erase(bigint), audit.expire(bigint, bigint) TO writ_eraser;
GRANT EXECUTE ON FUNCTION audit.prune(bigint) TO writ_pruner;
