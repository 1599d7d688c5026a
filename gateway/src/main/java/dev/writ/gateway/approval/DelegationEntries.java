package dev.writ.gateway.approval;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The entries of delegations, written and read. Members may be added here and never changed. */
final class DelegationEntries {

    static final String CREATED = "DELEGATION_CREATED";
    static final String ENDED = "DELEGATION_ENDED";
    static final Set<String> KINDS = Set.of(CREATED, ENDED);

    private static final String REASON = "reason";
    static final String WRIT = "writ";

    private DelegationEntries() {}

    static Entry created(Delegation delegation) {
        JsonObject body = JsonObject.builder()
                .put("id", delegation.id())
                .put("lender", delegation.lender())
                .put("person", delegation.person())
                .put("with", delegation.client())
                .put("to", delegation.to())
                .put("groups", JsonArray.ofTexts(delegation.groups()))
                .put("until", delegation.until().toString())
                .build();
        return new Entry(
                CREATED,
                delegation.at(),
                List.of("delegation/" + delegation.id()),
                Set.of(Topics.delegation(delegation.id()), Topics.delegationsOf(delegation.lender())),
                Map.of(),
                body,
                WRIT,
                // People write about people.
                delegation.reason().map(text -> new Input(REASON, new JsonString(text), true)).stream()
                        .toList());
    }

    static Entry ended(String id, Instant at) {
        return new Entry(
                ENDED,
                at,
                List.of("delegation-ended/" + id),
                Set.of(Topics.delegation(id)),
                Map.of(),
                JsonObject.builder().put("id", id).build(),
                WRIT,
                List.of());
    }

    /** The delegation that this entry makes; empty if it makes none. */
    static Optional<Delegation> createdBy(Recorded recorded) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(CREATED)) {
            return Optional.empty();
        }
        JsonObject body = entry.body();
        return Optional.of(new Delegation(
                body.text("id").orElseThrow(),
                body.text("lender").orElseThrow(),
                body.text("person"),
                body.text("with").orElseThrow(),
                body.text("to").orElseThrow(),
                Set.copyOf(body.array("groups").map(JsonArray::texts).orElse(List.of())),
                entry.at(),
                Instant.parse(body.text("until").orElseThrow()),
                entry.input(REASON).filter(JsonString.class::isInstance).map(text -> ((JsonString) text).value())));
    }

    /** The id of the delegation that this entry ends; empty if it ends none. */
    static Optional<String> endedBy(Recorded recorded) {
        return recorded.entry().kind().equals(ENDED) ? recorded.entry().body().text("id") : Optional.empty();
    }
}
