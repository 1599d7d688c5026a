package dev.writ.gateway.auditing;

import dev.writ.audit.AuditLog;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes control entries: what people and programs did to the gateway itself. A control change is its entry and the rows it
 * implies, in one transaction; there is no other way to change one.
 */
@ApplicationScoped
public class Journal {

    private final AuditLog log;
    private final LiveKeys liveKeys;
    private final Erasures erasures;
    private final Witnessing witnessing;
    private final InstantSource clock;

    Journal(AuditLog log, LiveKeys liveKeys, Erasures erasures, Witnessing witnessing, InstantSource clock) {
        this.log = log;
        this.liveKeys = liveKeys;
        this.erasures = erasures;
        this.witnessing = witnessing;
        this.clock = clock;
    }

    /** The present time as entries carry it. */
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** The size of the log, to be taken before anything is read that a draft is then made from. */
    public long size() {
        return log.tail().size();
    }

    /**
     * Appends one control entry.
     *
     * @param keys each may exist once in the log; a second entry with one of them is {@link Receipt.Existing}
     * @param topics what it changes; drafts that were computed from one of them are settled again
     * @param body of the entry: no personal data, no secret
     */
    public Uni<Receipt<Entry>> record(
            Actor actor,
            String kind,
            List<String> keys,
            Set<String> topics,
            Map<Column, String> columns,
            JsonObject body,
            List<Input> inputs,
            List<RowChange> rows) {
        return record(actor, new Entry(kind, now(), keys, topics, columns, body, "writ", inputs), rows);
    }

    /**
     * Appends one control entry, as the method above does, and names the actor in it. Fails with a {@link Problem} if the subject
     * of its inputs was erased.
     *
     * @param stated everything but the actor; its column {@link Column#AGENT} stays if it is set
     */
    public Uni<Receipt<Entry>> record(Actor actor, Entry stated, List<RowChange> rows) {
        Set<String> topics = stated.inputs().isEmpty() ? Set.of() : Set.of(Topics.subject(stated.subjectKey()));
        return record(actor, new Draft<>(topics, size(), since -> {
            if (!stated.inputs().isEmpty()) {
                erasures.requireNotErased(stated.subjectKey(), since);
            }
            return new Settled<>(stated, rows, stated);
        }));
    }

    /**
     * Appends one control entry that is made from what the log says by then, and names the actor in it.
     *
     * @param draft makes everything but the actor; a {@link Problem} thrown by its settlement writes nothing. Among what it is
     *     shown may be entries of the actor's key.
     */
    public <T> Uni<Receipt<T>> record(Actor actor, Draft<T> draft) {
        Set<String> topics = new HashSet<>(draft.topics());
        if (!actor.client().isEmpty()) {
            topics.add(Topics.key(actor.client()));
        }
        // An entry that was there already is of the operation that it was to be.
        Set<Witnessing.Operation> operations = ConcurrentHashMap.newKeySet();
        return log.append(new Draft<>(topics, draft.readAt(), since -> {
                    Settled<T> settled = draft.settlement().settle(since);
                    requireLive(actor, settled.entry().at(), since);
                    Witnessing.Operation.of(settled.entry()).ifPresent(operations::add);
                    return new Settled<>(signed(actor, settled.entry()), settled.rows(), settled.outcome());
                }))
                .call(receipt -> witnessed(actor, operations.stream().findFirst(), receipt));
    }

    /** What Writ does by itself has nobody who waits for an answer. */
    private Uni<Void> witnessed(Actor actor, Optional<Witnessing.Operation> operation, Receipt<?> receipt) {
        long index = receipt.fold(created -> created.recorded().index(), Receipt.Existing::index);
        return operation
                .filter(asked -> !actor.client().isEmpty())
                .map(asked -> witnessing.await(asked, index))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private void requireLive(Actor actor, Instant at, List<Recorded> since) {
        if (!actor.client().isEmpty() && !liveKeys.isLiveAfter(actor.client(), at, since)) {
            throw new Problem(
                    ProblemType.CONFLICT,
                    "The key this was asked with has just been revoked or has expired. Nothing was done.");
        }
    }

    private static Entry signed(Actor actor, Entry stated) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.AGENT, actor.name());
        columns.putAll(stated.columns());
        JsonObject.Builder signed = JsonObject.builder();
        stated.body().members().forEach(signed::put);
        signed.put("actor", actor.name());
        if (!actor.client().isEmpty()) {
            signed.put("client", actor.client());
        }
        return new Entry(
                stated.kind(),
                stated.at(),
                stated.keys(),
                stated.topics(),
                columns,
                signed.build(),
                stated.subjectKey(),
                stated.inputs());
    }
}
