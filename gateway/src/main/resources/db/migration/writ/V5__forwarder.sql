-- How far the log has been forwarded, by forwarder. Not governed: it tells where to go on, and proves nothing. The entry STARTED
-- of the first process that knows a forwarder makes its row, and the login that runs tasks moves it.
CREATE TABLE writ.forwarder (
  name        text    COLLATE "C" PRIMARY KEY,
  log_id      integer NOT NULL,
  next_index  bigint  NOT NULL CHECK (next_index >= 0)
);

GRANT INSERT ON writ.forwarder TO writ_writer;
GRANT SELECT, UPDATE (log_id, next_index) ON writ.forwarder TO writ_tasks;
GRANT SELECT ON writ.forwarder TO writ_reader;
