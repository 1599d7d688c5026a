package dev.writ.gateway.envelope;

import dev.writ.audit.Entry;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.EnvelopeUse;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a decision saw of envelopes, and which of them it rests on. Only an allow rests on one, and only if its rule escalates without:
 * nothing else uses it.
 *
 * @param seen every grant that is of an envelope
 * @param used the uses that the call is
 */
public record EnvelopeUses(List<Grant> seen, Set<EnvelopeUse> used) {

    /** The member of a decision's body. */
    private static final String MEMBER = "envelopes";

    public EnvelopeUses {
        seen = List.copyOf(seen);
        used = Set.copyOf(used);
    }

    /**
     * What that decision saw and rests on.
     *
     * @param counts whether what comes of the decision counts at all
     */
    public static EnvelopeUses of(Facts facts, Decision decision, boolean counts) {
        List<Grant> seen = facts.grants().stream()
                .filter(grant -> grant.envelope().isPresent())
                .toList();
        Set<String> met = decision.verdicts().stream()
                .filter(verdict -> verdict.effect() == Effect.ALLOW
                        && verdict.requirement().isPresent())
                .map(verdict -> verdict.rule())
                .collect(Collectors.toSet());
        return new EnvelopeUses(
                seen,
                counts && decision.effect() == Effect.ALLOW
                        ? seen.stream()
                                .filter(grant -> met.contains(grant.rule()))
                                .flatMap(grant -> grant.envelope().stream())
                                .collect(Collectors.toSet())
                        : Set.of());
    }

    /** Each use exists once in the log. */
    public List<String> keys() {
        return used.stream()
                .map(use -> EnvelopeEntries.useKey(use.envelope(), use.number()))
                .sorted()
                .toList();
    }

    /** What the decision changes by that. */
    public Set<String> topics(String agent) {
        return used.isEmpty() ? Set.of() : Set.of(Topics.envelopes(agent));
    }

    /** States in the body of a decision what it saw, whole: nothing else has to be read to make it again. */
    public void put(JsonObject.Builder body) {
        if (seen.isEmpty()) {
            return;
        }
        Map<EnvelopeUse, List<Grant>> byUse = new LinkedHashMap<>();
        seen.forEach(grant -> byUse.computeIfAbsent(grant.envelope().orElseThrow(), use -> new ArrayList<>())
                .add(grant));
        body.put(
                MEMBER,
                new JsonArray(byUse.entrySet().stream()
                        .<JsonValue>map(one -> json(one.getKey(), one.getValue()))
                        .toList()));
    }

    private JsonObject json(EnvelopeUse use, List<Grant> grants) {
        Grant first = grants.get(0);
        return JsonObject.builder()
                .put("envelope", use.envelope())
                .put("use", use.number())
                .put("used", used.contains(use))
                .put("rule", first.rule())
                .put("until", first.until().toString())
                .put(
                        "grants",
                        new JsonArray(grants.stream()
                                .<JsonValue>map(EnvelopeUses::json)
                                .toList()))
                .build();
    }

    private static JsonObject json(Grant grant) {
        return JsonObject.builder()
                .put("index", grant.index())
                .put("group", grant.group())
                .put("approver", grant.approver())
                .put("client", grant.client())
                .put("forClient", grant.authority().lender())
                .put("waited", grant.authority().waited().toString())
                .put(
                        "stakes",
                        JsonArray.ofTexts(grant.stakes().stream()
                                .map(Party::text)
                                .sorted()
                                .toList()))
                .build();
    }

    /** The grants of envelopes that a recorded decision saw, in the order in which it saw them. */
    public static List<Grant> seenBy(Entry decided) {
        return objects(decided.body(), MEMBER)
                .flatMap(seen -> objects(seen, "grants").map(grant -> grant(seen, grant)))
                .toList();
    }

    private static Grant grant(JsonObject seen, JsonObject grant) {
        return new Grant(
                grant.number("index").orElseThrow().longValueExact(),
                seen.text("rule").orElseThrow(),
                grant.text("group").orElseThrow(),
                grant.text("approver").orElseThrow(),
                grant.text("client").orElseThrow(),
                grant.array("stakes").map(JsonArray::texts).orElse(List.of()).stream()
                        .map(Party::parse)
                        .collect(Collectors.toSet()),
                Instant.parse(seen.text("until").orElseThrow()),
                Grant.Authority.of(
                        new EnvelopeUse(
                                seen.text("envelope").orElseThrow(),
                                seen.number("use").orElseThrow().intValueExact()),
                        Duration.parse(grant.text("waited").orElseThrow()),
                        grant.text("forClient")));
    }

    private static Stream<JsonObject> objects(JsonObject body, String name) {
        return body.array(name).stream()
                .flatMap(array -> array.items().stream())
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast);
    }
}
