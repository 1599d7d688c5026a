package dev.writ.audit;

import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A log that lasts as long as this object, with real leaves, proofs and signatures. Every append is a batch of its own, and is
 * as durable as it gets when its receipt comes.
 */
public final class InMemoryAuditLog implements AuditLog, LogTail {

    private final LogSigner signer;
    private final InMemoryStore store;
    private final List<Consumer<Recorded>> listeners = new CopyOnWriteArrayList<>();

    public InMemoryAuditLog(LogSigner signer) {
        this.signer = signer;
        this.store = new InMemoryStore(signer);
    }

    /** A log with a key of its own. */
    public static InMemoryAuditLog create() {
        return new InMemoryAuditLog(LogSigner.generate("log.test/in-memory", new SecureRandom()));
    }

    @Override
    public <T> Uni<Receipt<T>> append(Draft<T> draft) {
        return Uni.createFrom().item(() -> appendNow(draft));
    }

    private <T> Receipt<T> appendNow(Draft<T> draft) {
        synchronized (store) {
            Settled<T> settled = draft.settlement().settle(store.touched(draft.topics(), draft.readAt()));
            for (String key : settled.entry().keys()) {
                if (store.holder(key).isPresent()) {
                    return new Receipt.Existing<>(key, store.holder(key).getAsLong());
                }
            }
            Recorded recorded = store.write(settled.entry(), settled.rows());
            listeners.forEach(listener -> listener.accept(recorded));
            return new Receipt.Created<>(recorded, settled.outcome(), store.head());
        }
    }

    @Override
    public LogTail tail() {
        return this;
    }

    @Override
    public long size() {
        synchronized (store) {
            return store.head().size();
        }
    }

    @Override
    public Runnable subscribe(Consumer<Recorded> listener) {
        synchronized (store) {
            listeners.add(listener);
        }
        return () -> listeners.remove(listener);
    }

    public AuditReader reader() {
        return new InMemoryAuditReader(store);
    }

    public LogVerifierKey verifierKey() {
        return signer.verifierKey();
    }

    /** The rows that entries implied, in the order they were applied. */
    public List<AppliedRow> rows() {
        synchronized (store) {
            return store.rows();
        }
    }

    /** Erases the inputs of a subject. */
    public void destroySubjectKey(String id) {
        synchronized (store) {
            store.destroySubjectKey(id);
        }
    }

    public VerifyResult verify() {
        synchronized (store) {
            return store.verify(signer.verifierKey());
        }
    }
}
