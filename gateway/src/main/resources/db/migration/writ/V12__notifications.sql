-- Where people are told of escalations. What a channel is, its entry says; its address is here alone, sealed, and goes with the channel.
CREATE TABLE writ.notification_channel (
  id           text COLLATE "C" PRIMARY KEY,
  sealed       text   NOT NULL, -- empty once it was removed; the key that opens it is in no database
  entry_index  bigint NOT NULL,
  entry_hash   bytea  NOT NULL
);

-- What one channel is to be told, or was. Not governed: it says what is left to be sent, and what is sent is read from the log. Rows are
-- inserted in the transaction of the entry that they tell of, and worked off by the login that runs tasks.
CREATE TABLE writ.notification (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entry_index  bigint  NOT NULL,
  channel      text    COLLATE "C" NOT NULL,
  event        text    NOT NULL,
  call         text    COLLATE "C" NOT NULL,
  state        text    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
  due          timestamptz NOT NULL,
  attempts     integer NOT NULL DEFAULT 0,
  message      text    NOT NULL DEFAULT '', -- several that were sent as one have the same
  tried_at     timestamptz,
  problem      text    NOT NULL DEFAULT '',
  UNIQUE (channel, entry_index, event)
);

CREATE INDEX notification_due ON writ.notification (channel, due) WHERE state = 'waiting';
CREATE INDEX notification_tried ON writ.notification (channel, tried_at) WHERE tried_at IS NOT NULL;
CREATE INDEX notification_dead ON writ.notification (id) WHERE state = 'dead';
CREATE INDEX notification_call ON writ.notification (call) WHERE state = 'waiting';

GRANT SELECT, INSERT, UPDATE ON writ.notification_channel TO writ_writer;
GRANT SELECT ON writ.notification_channel TO writ_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON writ.notification TO writ_writer;
GRANT SELECT, UPDATE, DELETE ON writ.notification TO writ_tasks;
GRANT SELECT ON writ.notification TO writ_reader;
