package dev.writ.audit;

import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Between entries and the JSON of their leaves. */
final class LeafCodec {

    private static final JsonNumber VERSION = JsonNumber.of(1);
    private static final JsonLimits LIMITS = new JsonLimits(Leaf.MAX_BYTES, JsonLimits.TRUSTED.maxDepth());
    private static final Column[] COLUMNS = Column.values();

    // RFC 3339 with a fixed width, so that text order is time order.
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private LeafCodec() {}

    static byte[] encode(Entry entry, SortedMap<String, Commitment> commitments, SortedSet<String> aside) {
        JsonObject.Builder inputs = JsonObject.builder();
        commitments.forEach((name, commitment) -> inputs.put(name, commitment.text()));
        JsonObject.Builder leaf = JsonObject.builder()
                .put("v", VERSION)
                .put("kind", entry.kind())
                .put("at", time(entry.at()))
                .put("keys", JsonArray.ofTexts(entry.keys()))
                .put("topics", JsonArray.ofTexts(entry.topics()))
                .put("subjectKey", entry.subjectKey())
                .put("body", entry.body())
                .put("inputs", inputs.build());
        if (!aside.isEmpty()) {
            leaf.put("aside", JsonArray.ofTexts(aside));
        }
        for (Column column : COLUMNS) {
            leaf.put(column.text(), entry.column(column));
        }
        return leaf.build().toBytes();
    }

    static Leaf decode(byte[] bytes) {
        if (!(parse(bytes) instanceof JsonObject leaf)) {
            throw new VerificationException("a leaf is not a JSON object");
        }
        Members members = new Members(leaf);
        if (!VERSION.equals(members.take("v"))) {
            throw new VerificationException("a leaf has an unknown version");
        }
        String kind = members.text("kind");
        Instant at = time(members.text("at"));
        List<String> keys = members.texts("keys");
        List<String> topics = members.texts("topics");
        String subjectKey = members.text("subjectKey");
        JsonObject body = members.object("body");
        Map<String, Commitment> commitments = commitments(members.object("inputs"));
        TreeSet<String> aside = new TreeSet<>(members.takeTexts("aside"));
        Map<Column, String> columns = new EnumMap<>(Column.class);
        for (Column column : COLUMNS) {
            members.takeText(column.text()).ifPresent(text -> columns.put(column, text));
        }
        members.requireNoMore();
        try {
            Entry entry = new Entry(kind, at, keys, new TreeSet<>(topics), columns, body, subjectKey, List.of());
            return Leaf.of(entry, commitments, aside);
        } catch (IllegalArgumentException unlikeAnyWritten) {
            throw new VerificationException("a leaf is not one that can be written", unlikeAnyWritten);
        }
    }

    private static JsonValue parse(byte[] bytes) {
        try {
            return JsonValue.parse(bytes, LIMITS);
        } catch (JsonException malformed) {
            throw new VerificationException("a leaf is not JSON: " + malformed.getMessage(), malformed);
        }
    }

    private static Map<String, Commitment> commitments(JsonObject inputs) {
        Map<String, Commitment> commitments = new HashMap<>();
        inputs.members().forEach((name, value) -> {
            try {
                commitments.put(name, new Commitment(new Digest(((JsonString) value).value())));
            } catch (ClassCastException | IllegalArgumentException notOne) {
                throw new VerificationException("a leaf holds an input that is not a commitment", notOne);
            }
        });
        return commitments;
    }

    private static String time(Instant at) {
        LocalDateTime utc = LocalDateTime.ofInstant(at, ZoneOffset.UTC);
        if (utc.getYear() < 0 || utc.getYear() > 9999) {
            throw new IllegalArgumentException("an entry's year has four digits");
        }
        return MICROSECONDS.format(utc);
    }

    private static Instant time(String text) {
        try {
            return LocalDateTime.parse(text, MICROSECONDS).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException notOne) {
            throw new VerificationException("a leaf's time is not of the form 2026-01-02T03:04:05.123456Z", notOne);
        }
    }
}
