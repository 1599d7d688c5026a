package dev.writ.audit.postgres;

import dev.writ.audit.Entry;
import dev.writ.audit.MasterKey;
import dev.writ.audit.SubjectKey;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys of subjects, unwrapped and at hand. Safe for every thread. */
final class SubjectKeys {

    private static final int AT_HAND = 16_384;
    private static final String FIND = "SELECT wrapped_key FROM audit.subject_key WHERE id = $1";
    private static final String INSERT =
            "INSERT INTO audit.subject_key (id, wrapped_key) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    private final MasterKey master;
    private final SecureRandom random;
    private final Map<String, SubjectKey> atHand = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SubjectKey> eldest) {
            return size() > AT_HAND;
        }
    };

    // Of this process's time; the rows of those before say so themselves.
    private final Set<String> destroyed = new HashSet<>();

    SubjectKeys(MasterKey master, SecureRandom random) {
        this.master = master;
        this.random = random;
    }

    synchronized Optional<SubjectKey> atHand(String id) {
        return Optional.ofNullable(atHand.get(id));
    }

    /** The log says that it was destroyed, whether or not its row is gone by now: from here on nothing is sealed under it. */
    synchronized void forget(String id) {
        destroyed.add(id);
        atHand.remove(id);
    }

    /** Forgets the key that the entry destroys, if it does. */
    void heed(Entry entry) {
        Deletions.erased(entry).ifPresent(this::forget);
    }

    /** Whether everything is at hand that the entry's inputs need. */
    boolean suffice(Entry entry) {
        return entry.inputs().isEmpty() || atHand(entry.subjectKey()).isPresent();
    }

    /** The key that was read from the database; unwrapped only if it is not at hand. */
    synchronized SubjectKey unwrap(String id, byte[] wrapped) {
        if (destroyed.contains(id)) {
            return master.unwrap(id, wrapped);
        }
        return atHand.computeIfAbsent(id, missing -> master.unwrap(missing, wrapped));
    }

    synchronized boolean isDestroyed(String id) {
        return destroyed.contains(id);
    }

    /** Brings a key to hand, and makes it if there is none; fails if it was destroyed. Never under the log's lock. */
    Future<SubjectKey> ensure(SqlConnection connection, String id) {
        return find(connection, id)
                .compose(found -> found.size() > 0 ? Future.succeededFuture(found) : make(connection, id))
                .map(found -> Optional.ofNullable(found.iterator().next().getBuffer(0))
                        .filter(wrapped -> !isDestroyed(id))
                        .map(wrapped -> unwrap(id, wrapped.getBytes()))
                        .orElseThrow(() -> new IllegalStateException(
                                "the key of this entry's subject was destroyed; nothing more is recorded under it")));
    }

    private Future<RowSet<Row>> make(SqlConnection connection, String id) {
        byte[] wrapped = master.wrap(SubjectKey.generate(id, random));
        // Another replica may be quicker; whichever key is there then is the one.
        return connection
                .preparedQuery(INSERT)
                .execute(Tuple.of(id, Buffer.buffer(wrapped)))
                .compose(inserted -> find(connection, id));
    }

    private static Future<RowSet<Row>> find(SqlConnection connection, String id) {
        return connection.preparedQuery(FIND).execute(Tuple.of(id));
    }
}
