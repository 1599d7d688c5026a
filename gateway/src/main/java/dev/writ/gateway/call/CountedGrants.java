package dev.writ.gateway.call;

import dev.writ.audit.Entry;
import dev.writ.model.Grant;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which of what people had granted a second decision counted. One entry may grant several things: what its approver may, and what others
 * have lent them. Once a lender's key is revoked, what rests on it lapses, and the rest of the entry counts as before.
 */
final class CountedGrants {

    private static final String GRANTS = "grants";
    private static final String LAPSED = "lapsed";
    private static final String GRANT = "grant";
    private static final String LENT_WITH = "lentWith";

    /** What lapsed of an entry that counts otherwise: all that was lent with that key. */
    private record Lapsed(long grant, String lentWith) {}

    private CountedGrants() {}

    /**
     * Says so in an entry's body: the indices of the entries that count, and what of them does not.
     *
     * @param given everything that people granted of this call
     * @param counted those of them that the decision was made with
     */
    static void put(JsonObject.Builder body, List<Grant> given, List<Grant> counted) {
        Set<Long> indices = counted.stream().map(Grant::index).collect(Collectors.toSet());
        body.put(
                GRANTS,
                new JsonArray(counted.stream()
                        .<JsonValue>map(grant -> JsonNumber.of(grant.index()))
                        .distinct()
                        .toList()));
        List<JsonValue> lapsed = given.stream()
                .filter(grant -> indices.contains(grant.index()) && !counted.contains(grant))
                .flatMap(grant -> lapsed(grant).stream())
                .distinct()
                .<JsonValue>map(one -> JsonObject.builder()
                        .put(GRANT, one.grant())
                        .put(LENT_WITH, one.lentWith())
                        .build())
                .toList();
        if (!lapsed.isEmpty()) {
            body.put(LAPSED, new JsonArray(lapsed));
        }
    }

    /**
     * Those of them that the decision was made with. Of a decision that is older than the member {@code lapsed} all that an entry grants is
     * taken to have counted, which is more than did if a lender's key had been revoked by then: that is not in the entry.
     */
    static List<Grant> of(Entry decided, List<Grant> given) {
        Set<Long> indices = items(decided, GRANTS)
                .filter(JsonNumber.class::isInstance)
                .map(number -> ((JsonNumber) number).value().longValueExact())
                .collect(Collectors.toSet());
        Set<Lapsed> lapsed = items(decided, LAPSED)
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .map(one -> new Lapsed(
                        one.number(GRANT).orElseThrow().longValueExact(),
                        one.text(LENT_WITH).orElseThrow()))
                .collect(Collectors.toSet());
        return given.stream()
                .filter(grant -> indices.contains(grant.index())
                        && lapsed(grant).filter(lapsed::contains).isEmpty())
                .toList();
    }

    private static Optional<Lapsed> lapsed(Grant grant) {
        return grant.authority().lender().map(key -> new Lapsed(grant.index(), key));
    }

    private static Stream<JsonValue> items(Entry decided, String name) {
        return decided.body().array(name).map(JsonArray::items).orElse(List.of()).stream();
    }
}
