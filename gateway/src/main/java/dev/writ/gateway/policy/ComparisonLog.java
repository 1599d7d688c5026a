package dev.writ.gateway.policy;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/** Records what comparisons found: every few seconds, or as soon as there are many flips. */
@ApplicationScoped
class ComparisonLog {

    static final String KIND = "POLICY_COMPARED";

    /** So that an entry stays below 64 KiB, with the longest names that rules can have. */
    private static final int FLIPS = 36;

    /** Decisions in a canary that one entry names. */
    private static final int DECISIONS = 500;

    private static final Logger LOG = Logger.getLogger(ComparisonLog.class);

    private final Journal journal;
    private final PolicyConfig config;

    /** Guarded by this. */
    private final Map<Subject, Batch> batches = new HashMap<>();

    ComparisonLog(Journal journal, PolicyConfig config) {
        this.journal = journal;
        this.config = config;
    }

    /** The version that was compared, and in which part. */
    private record Subject(Activation version, boolean isShadow) {}

    /** What was found since the last entry. */
    private static final class Batch {
        long compared;
        long dropped;
        long first = Long.MAX_VALUE;
        long last = -1;
        final NavigableSet<Long> decisions = new TreeSet<>();
        final List<Flip> flips = new ArrayList<>();
    }

    void start(@Observes StartupEvent started, Vertx vertx) {
        vertx.setPeriodic(config.shadow().every().toMillis(), timer -> flush());
    }

    /** Early, while the log still takes drafts. */
    void stop(@Observes @Priority(1) ShutdownEvent stopping) {
        flush();
    }

    synchronized void compared(Activation version, boolean isShadow, long index, Optional<Flip> flip) {
        Batch batch = batch(new Subject(version, isShadow));
        batch.compared++;
        batch.first = Math.min(batch.first, index);
        batch.last = Math.max(batch.last, index);
        flip.ifPresent(batch.flips::add);
        if (!isShadow) {
            batch.decisions.add(index);
        }
        if (batch.flips.size() >= FLIPS || batch.decisions.size() >= DECISIONS) {
            flush();
        }
    }

    synchronized void dropped(Activation version, boolean isShadow) {
        batch(new Subject(version, isShadow)).dropped++;
    }

    private Batch batch(Subject subject) {
        return batches.computeIfAbsent(subject, none -> new Batch());
    }

    synchronized void flush() {
        Map<Subject, Batch> full = new HashMap<>(batches);
        // First, since one that cannot be appended at once comes back as dropped.
        batches.clear();
        full.forEach(this::append);
    }

    private void append(Subject subject, Batch batch) {
        Entry entry = new Entry(
                KIND,
                journal.now(),
                List.of(),
                Set.of(),
                Map.of(Column.BUNDLE, subject.version().digest().value()),
                body(subject, batch),
                "writ",
                List.of());
        journal.record(Actor.WRIT, entry, List.of())
                .subscribe()
                .with(recorded -> {}, failure -> lost(subject, batch, failure));
    }

    /** Nobody may take silence for agreement. */
    private synchronized void lost(Subject subject, Batch batch, Throwable failure) {
        LOG.warnf(
                "comparisons could not be recorded and count as dropped digest=%s cause=%s",
                subject.version().digest(), failure.getClass().getSimpleName());
        batch(subject).dropped += batch.compared + batch.dropped;
    }

    private static JsonObject body(Subject subject, Batch batch) {
        JsonObject.Builder body = JsonObject.builder()
                .put("name", subject.version().name().name())
                .put("version", subject.version().name().version())
                .put("digest", subject.version().digest().value())
                .put("as", subject.isShadow() ? "shadow" : "canary")
                .put("since", subject.version().index())
                .put("compared", batch.compared)
                .put("dropped", batch.dropped);
        if (batch.compared > 0) {
            body.put("first", batch.first).put("last", batch.last);
        }
        if (!batch.decisions.isEmpty()) {
            body.put("decisions", steps(batch.decisions));
        }
        return body.put(
                        "flips",
                        new JsonArray(batch.flips.stream()
                                .<JsonValue>map(Flip::toJson)
                                .toList()))
                .build();
    }

    /** Each index as its distance from the one before, the first from itself: they are many, and close to each other. */
    private static JsonArray steps(NavigableSet<Long> indices) {
        List<JsonValue> steps = new ArrayList<>();
        long before = indices.first();
        for (long index : indices) {
            steps.add(JsonNumber.of(index - before));
            before = index;
        }
        return new JsonArray(steps);
    }

    /** The decisions in a canary that an entry says were compared; none if it is about a shadow. */
    static List<Long> decisions(JsonObject body) {
        List<Long> indices = new ArrayList<>();
        long at = body.number("first").map(BigDecimal::longValue).orElse(0L);
        for (JsonValue step : body.array("decisions").map(JsonArray::items).orElse(List.of())) {
            at += step instanceof JsonNumber number ? number.value().longValue() : 0;
            indices.add(at);
        }
        return indices;
    }
}
