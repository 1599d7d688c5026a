package dev.writ.audit.postgres;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.AuditUnavailableException.Reason;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Whether the log may still be written. Once it has seen something it cannot explain, it may not. */
final class Standing {

    private static final Logger LOGGER = System.getLogger(Standing.class.getName());

    private volatile String reproach = "";
    private volatile boolean isClosed;

    void close() {
        isClosed = true;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Closes the log for good; only an operator's restart, with its checks, opens it again. */
    synchronized void failClosed(String why, Throwable cause) {
        if (reproach.isEmpty()) {
            reproach = why;
            LOGGER.log(Level.ERROR, "The audit log fails closed; nothing more is appended: " + why, cause);
        }
    }

    boolean mayWrite() {
        return reproach.isEmpty() && !isClosed;
    }

    /** Why it may not be written. */
    AuditUnavailableException refusal() {
        String why = reproach;
        return why.isEmpty()
                ? new AuditUnavailableException(Reason.UNAVAILABLE, "the audit log is closed")
                : new AuditUnavailableException(Reason.FAIL_CLOSED, "the audit log fails closed: " + why);
    }
}
