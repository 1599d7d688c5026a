package dev.writ.gateway.catalog;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.catalog.Deviation.Kind;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The entries of quarantine, written and read. Members may be added here and never changed. */
final class QuarantineEntries {

    static final String QUARANTINED = "TOOL_QUARANTINED";
    static final String RETURNED = "TOOL_RETURNED";
    static final String REJECTED = "TOOL_REJECTED";
    static final Set<String> KINDS = Set.of(QUARANTINED, RETURNED, REJECTED);

    /** Both definitions, as the server wrote them. */
    static final String DEFINITIONS = "definitions";

    /** Why an operator decided so: people write about people. */
    static final String REASON = "reason";

    private static final String CONNECTOR = "connector";
    private static final String FOUND = "quarantined";
    private static final String FOLDED = "folded";

    /** A longer definition is known by its digest only. */
    private static final int LONGEST = 128 * 1024;

    private QuarantineEntries() {}

    /**
     * @param pinnedAt index of the entry that it differs from
     * @param since index of the newest entry about the same thing; makes the entry one for all replicas
     */
    static Entry quarantined(String connector, long pinnedAt, Deviation deviation, long since, Instant at) {
        Optional<ToolName> tool = deviation.tool(connector);
        String unique = deviation.key() + "/" + deviation.reason() + "/" + deviation.digest() + "/" + since;
        JsonObject.Builder definitions = JsonObject.builder();
        deviation.pinned().filter(QuarantineEntries::fits).ifPresent(json -> definitions.put("pinned", json));
        deviation.live().filter(QuarantineEntries::fits).ifPresent(json -> definitions.put("live", json));
        JsonObject.Builder body = JsonObject.builder()
                .put(CONNECTOR, connector)
                .put("kind", deviation.kind().text())
                .put("name", deviation.own())
                .put("tool", tool.map(ToolName::value))
                .put("reason", deviation.reason().text())
                .put("digest", deviation.digest().value())
                .put("was", deviation.pinned().map(Digest::of).map(Digest::value))
                .put("pinnedAt", pinnedAt);
        return new Entry(
                QUARANTINED,
                at,
                List.of("quarantine/" + connector + "/" + pinnedAt + "/"
                        + Digest.of(unique.getBytes(StandardCharsets.UTF_8)).value()),
                topics(connector, tool),
                Map.of(),
                body.build(),
                "writ",
                List.of(new Input(DEFINITIONS, definitions.build(), false)));
    }

    /** Says that more was found in this hour than is recorded one by one. */
    static Entry folded(String connector, long pinnedAt, Instant at) {
        Instant hour = at.truncatedTo(ChronoUnit.HOURS);
        return new Entry(
                QUARANTINED,
                at,
                List.of("quarantine/" + connector + "/folded/" + hour),
                topics(connector, Optional.empty()),
                Map.of(),
                JsonObject.builder()
                        .put(CONNECTOR, connector)
                        .put("reason", FOLDED)
                        .put("pinnedAt", pinnedAt)
                        .build(),
                "writ",
                List.of());
    }

    static Entry returned(String connector, long pinnedAt, Held held, Instant at) {
        return about(RETURNED, connector, pinnedAt, held, at, List.of("returned/" + held.index()), List.of());
    }

    static Entry rejected(String connector, long pinnedAt, Held held, String reason, Instant at) {
        return about(
                REJECTED,
                connector,
                pinnedAt,
                held,
                at,
                List.of("rejected/" + held.index()),
                List.of(new Input(REASON, new JsonString(reason), false)));
    }

    private static Entry about(
            String kind,
            String connector,
            long pinnedAt,
            Held held,
            Instant at,
            List<String> keys,
            List<Input> inputs) {
        JsonObject body = JsonObject.builder()
                .put(CONNECTOR, connector)
                .put("kind", held.kind().text())
                .put("name", held.own())
                .put("tool", held.tool().map(ToolName::value))
                .put("digest", held.digest().value())
                .put(FOUND, held.index())
                .put("pinnedAt", pinnedAt)
                .build();
        return new Entry(kind, at, keys, topics(connector, held.tool()), Map.of(), body, "writ", inputs);
    }

    private static boolean fits(JsonObject definition) {
        return definition.toBytes().length <= LONGEST;
    }

    /** The connector that an entry of these kinds is about. */
    static String connector(Entry entry) {
        return entry.body().text(CONNECTOR).orElse("");
    }

    static long pinnedAt(Entry entry) {
        return entry.body().number("pinnedAt").map(BigDecimal::longValueExact).orElse(-1L);
    }

    /** What that entry holds; empty if it only says that there was more. */
    static Optional<Held> held(Recorded recorded) {
        JsonObject body = recorded.entry().body();
        if (body.text("reason").filter(FOLDED::equals).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new Held(
                Held.kind(body),
                body.text("name").orElseThrow(),
                body.text("tool").map(ToolName::parse),
                Held.reason(body),
                new Digest(body.text("digest").orElseThrow()),
                recorded.index(),
                recorded.index(),
                false,
                false));
    }

    /** What that entry, of another kind, is about. */
    static String key(Entry entry) {
        Kind kind = Held.kind(entry.body());
        return Deviation.key(kind, entry.body().text("name").orElse(""));
    }

    /** Index of the entry that held it. */
    static long found(Entry entry) {
        return entry.body().number(FOUND).map(BigDecimal::longValueExact).orElse(-1L);
    }

    private static Set<String> topics(String connector, Optional<ToolName> tool) {
        Set<String> topics = new TreeSet<>(Set.of(Topics.connector(connector)));
        tool.ifPresent(name -> topics.add(Topics.tool(name)));
        return topics;
    }
}
