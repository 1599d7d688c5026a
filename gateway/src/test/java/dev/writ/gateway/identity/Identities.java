package dev.writ.gateway.identity;

import dev.writ.audit.InMemoryAuditLog;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Journal;
import java.util.List;

/** Makes what other packages ask of this one, for their tests without a database. */
public final class Identities {

    private Identities() {}

    /** A directory that follows that log. */
    public static Directory directory(InMemoryAuditLog log) {
        Directory directory = new Directory(Auditing.state(log.reader()), new KeyRows(), new AgentRows());
        log.tail().subscribe(directory::onEntry);
        return directory;
    }

    public static void register(Journal journal, String agent, String owner) {
        Agent registered = new Agent(agent, owner, "does things");
        journal.record(
                        Actor.WRIT,
                        AgentEntries.registered(registered, journal.now()),
                        List.of(AgentEntries.inserted(registered)))
                .await()
                .indefinitely();
    }
}
