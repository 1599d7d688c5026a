package dev.writ.gateway.webhook;

import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.MasterKey;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Journal;
import java.security.SecureRandom;

/** Makes what other packages ask of this one, for their tests without a database. */
public final class Reporting {

    private Reporting() {}

    /** Webhooks of a log in which none was set. */
    public static Webhooks webhooks(InMemoryAuditLog log, Journal journal) {
        return new Webhooks(
                Auditing.state(log.reader()),
                new WebhookRows(),
                journal,
                MasterKey.of(new byte[32]),
                new SecureRandom());
    }
}
