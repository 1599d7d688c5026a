-- What is to be done later, as db-scheduler keeps it. Not governed: a task only wakes, and what it does then it decides from the
-- log. Rows are inserted in the transaction of the entry that asks for them, and worked off by a login that may do nothing else.
CREATE TABLE writ.scheduled_task (
  task_name             text NOT NULL,
  task_instance         text NOT NULL,
  task_data             bytea,
  execution_time        timestamptz NOT NULL,
  picked                boolean NOT NULL,
  picked_by             text,
  last_success          timestamptz,
  last_failure          timestamptz,
  consecutive_failures  integer,
  last_heartbeat        timestamptz,
  version               bigint NOT NULL,
  priority              smallint,
  PRIMARY KEY (task_name, task_instance)
);

CREATE INDEX scheduled_task_due ON writ.scheduled_task (execution_time);
CREATE INDEX scheduled_task_heartbeat ON writ.scheduled_task (last_heartbeat) WHERE last_heartbeat IS NOT NULL;

-- The URL to which an agent's ended calls are reported.
CREATE TABLE writ.webhook (
  agent          text PRIMARY KEY,
  url            text NOT NULL,
  allow_private  boolean NOT NULL,
  secret         text NOT NULL, -- sealed; the key that opens it is in no database
  entry_index    bigint NOT NULL,
  entry_hash     bytea NOT NULL
);

GRANT USAGE ON SCHEMA writ TO writ_tasks;
GRANT SELECT, UPDATE, DELETE ON writ.scheduled_task TO writ_tasks;
GRANT SELECT, INSERT ON writ.scheduled_task TO writ_writer;
GRANT SELECT, INSERT, UPDATE ON writ.webhook TO writ_writer;
GRANT SELECT ON writ.webhook TO writ_reader;
