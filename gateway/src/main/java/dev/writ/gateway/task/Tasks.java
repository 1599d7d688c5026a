package dev.writ.gateway.task;

import dev.writ.audit.RowChange;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** Enqueues tasks. A task is there if and only if the entry that asked for it is. */
public final class Tasks {

    /** PostgreSQL must be told the types of parameters that only a further condition mentions. */
    private static final String REST =
            ", false, 1 WHERE $1::bigint IS NOT NULL AND $2::bytea IS NOT NULL ON CONFLICT DO NOTHING";

    private static final String INTO =
            "INSERT INTO writ.scheduled_task (task_name, task_instance, execution_time, picked, version) SELECT ";

    private Tasks() {}

    /** Enqueues a task in an entry's transaction; the same name and instance twice is one task, due when the first one is. */
    public static RowChange at(String task, String instance, Instant due) {
        return new RowChange(
                INTO + "$3::text, $4::text, $5::timestamptz" + REST, List.of(task, instance, timestamp(due)));
    }

    /** Enqueues a task whose instance is the entry's own index. */
    public static RowChange ofEntry(String task, Instant due) {
        return new RowChange(
                INTO + "$3::text, $1::bigint::text, $4::timestamptz" + REST, List.of(task, timestamp(due)));
    }

    private static OffsetDateTime timestamp(Instant due) {
        return due.atOffset(ZoneOffset.UTC);
    }
}
