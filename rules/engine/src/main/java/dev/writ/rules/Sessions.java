package dev.writ.rules;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.kie.api.KieBase;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.FactHandle;

/**
 * Sessions of one network, used again and again: making one costs more than a decision.
 *
 * <p>Each is used by one thread at a time, and there are as many as were ever in use at once. A session that did not come clean out
 * of a decision is never used again.
 */
final class Sessions {

    private final KieBase network;
    private final int rules;
    private final Queue<KieSession> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Sessions(KieBase network, int rules) {
        this.network = network;
        this.rules = rules;
    }

    /** Hears all rules on an inquiry, and closes it. */
    void ask(Inquiry inquiry) {
        KieSession used = idle.poll();
        KieSession session = used == null ? network.newKieSession() : used;
        boolean clean = false;
        try {
            ask(inquiry, session);
            clean = true;
        } finally {
            if (clean) {
                giveBack(session);
            } else {
                session.dispose();
            }
        }
    }

    private void ask(Inquiry inquiry, KieSession session) {
        FactHandle handle = session.insert(inquiry);
        // Each rule speaks at most once, so whoever reaches the limit has run wild.
        int fired = session.fireAllRules(rules + 1);
        inquiry.close();
        session.delete(handle);
        if (fired > rules || session.fireAllRules(1) != 0 || session.getFactCount() != 0) {
            throw new IllegalStateException("the rules did not come to rest");
        }
    }

    private void giveBack(KieSession session) {
        idle.add(session);
        if (closed) {
            close();
        }
    }

    void close() {
        closed = true;
        for (KieSession session = idle.poll(); session != null; session = idle.poll()) {
            session.dispose();
        }
    }
}
