package dev.writ.gateway.identity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The sessions used last, up to a number of them. Safe to share between threads. */
final class RecentSessions {

    private final Map<String, Session> sessions;

    RecentSessions(int most) {
        sessions = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
                return size() > most;
            }
        };
    }

    synchronized void add(Session session) {
        sessions.put(session.id(), session);
    }

    synchronized Optional<Session> find(String id) {
        return Optional.ofNullable(sessions.get(id));
    }
}
