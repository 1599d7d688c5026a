package dev.writ.audit.postgres;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Receipt;
import dev.writ.audit.Settled;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Entries about deleting, and entries to delete. */
final class Orders {

    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private Orders() {}

    static Entry entry(String kind, String subjectKey, JsonObject body, Input... inputs) {
        return new Entry(kind, NOON, List.of(), Set.of(), Map.of(), body, subjectKey, List.of(inputs));
    }

    /** A call of somebody, with facts and a result. */
    static Entry call(String subjectKey) {
        return entry(
                "DECIDED",
                subjectKey,
                JsonObject.empty(),
                new Input("facts", new JsonString("facts"), true),
                new Input("result", new JsonString("result"), false));
    }

    static Entry erasure(String subjectKey) {
        return entry(
                "ERASURE",
                "writ",
                JsonObject.builder()
                        .put("operation", "op")
                        .put("subjectKey", subjectKey)
                        .build());
    }

    static Entry resultsExpired(long below) {
        return entry(
                "RESULTS_EXPIRED",
                "writ",
                JsonObject.builder()
                        .put("below", below)
                        .put("names", JsonArray.ofTexts(List.of("result")))
                        .build());
    }

    /** That the entry at that index was carried out. */
    static Entry done(long index) {
        return new Entry(
                "OPERATION_DONE",
                NOON,
                List.of("operation-done/" + index),
                Set.of(),
                Map.of(),
                JsonObject.builder().put("entry", index).build(),
                "writ",
                List.of());
    }

    /** What a gateway confirms. */
    static Entry prune(TestLog log, long below, String... kinds) {
        JsonObject.Builder body = JsonObject.builder()
                .put("operation", "op")
                .put("below", below)
                .put("kinds", JsonArray.ofTexts(List.of(kinds)));
        return entry("PRUNE", "writ", log.kept(below, List.of(kinds)).in(body).build());
    }

    static Entry holdOnEverything(String hold) {
        return entry(
                "HOLD_PLACED", "writ", JsonObject.builder().put("hold", hold).build());
    }

    static Entry hold(String hold, String subjectKey) {
        return entry(
                "HOLD_PLACED",
                "writ",
                JsonObject.builder()
                        .put("hold", hold)
                        .put("subjectKey", subjectKey)
                        .build());
    }

    static Entry release(String hold) {
        return entry(
                "HOLD_RELEASED",
                "writ",
                JsonObject.builder().put("hold", hold).put("operation", "op").build());
    }

    static Draft<String> draft(Entry entry) {
        return Draft.independent(new Settled<>(entry, ""));
    }

    /** Appends it and tells its index. */
    static long append(TestLog log, Entry entry) {
        return log.append(draft(entry)).fold(created -> created.recorded().index(), existing -> existing.index());
    }

    /** Appends so many entries of a kind, as fast as it goes. */
    static void fill(TestLog log, String kind, int count) throws Exception {
        List<CompletableFuture<Receipt<String>>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Entry entry =
                    entry(kind, "writ", JsonObject.builder().put("number", i).build());
            running.add(log.log().append(draft(entry)).subscribeAsCompletionStage());
            if (running.size() == 4096 || i == count - 1) {
                CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
                        .get(30, TimeUnit.SECONDS);
                running.clear();
            }
        }
    }
}
