package dev.writ.gateway.policy;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code KILL_SWITCH} entry, or one that stops an agent because what had to follow one of its calls did not.
 *
 * @param reason what the operator said; absent once it was erased
 */
record KillEntry(KillTarget target, boolean engaged, Optional<String> reason, String actor, Instant at, long index) {

    static final String KIND = "KILL_SWITCH";

    /** What the calls' own package writes. */
    private static final String MISSED = "EXPECTATION_MISSED";

    static final Set<String> KINDS = Set.of(KIND, MISSED);

    private static final String REASON = "reason";

    /** The entry, if it is one. An entry of the kind that cannot be understood stops everything. */
    static Optional<KillEntry> read(Recorded recorded) {
        Entry entry = recorded.entry();
        if (entry.kind().equals(MISSED)) {
            return missed(recorded);
        }
        if (!entry.kind().equals(KIND)) {
            return Optional.empty();
        }
        Optional<KillTarget> target = target(entry.body());
        return Optional.of(new KillEntry(
                target.orElse(KillTarget.EVERYTHING),
                target.isEmpty()
                        || entry.body()
                                .get("engaged")
                                .filter(JsonBoolean.FALSE::equals)
                                .isEmpty(),
                entry.input(REASON).filter(JsonString.class::isInstance).map(reason -> ((JsonString) reason).value()),
                entry.body().text("actor").orElse(""),
                entry.at(),
                recorded.index()));
    }

    private static Optional<KillEntry> missed(Recorded recorded) {
        Entry entry = recorded.entry();
        return entry.body()
                .text("otherwise")
                .filter("freeze"::equals)
                .flatMap(freeze -> entry.column(Column.AGENT))
                .map(agent -> new KillEntry(
                        new KillTarget(KillScope.AGENT, agent),
                        true,
                        entry.body()
                                .text("tool")
                                .map(tool -> "a call of " + tool + " had to follow another, and did not"),
                        entry.body().text("actor").orElse(""),
                        entry.at(),
                        recorded.index()));
    }

    private static Optional<KillTarget> target(JsonObject body) {
        String name = body.text("name").orElse("");
        return body.text("scope")
                .flatMap(KillScope::parse)
                .filter(scope -> scope == KillScope.EVERYTHING == name.isEmpty())
                .map(scope -> new KillTarget(scope, name));
    }

    static JsonObject body(KillTarget target, boolean engaged) {
        JsonObject.Builder body =
                JsonObject.builder().put("scope", target.scope().text());
        if (!target.name().isEmpty()) {
            body.put("name", target.name());
        }
        return body.put("engaged", engaged).build();
    }

    /** People write about people, so the reason is kept where it can be erased. */
    static List<Input> inputs(String reason) {
        return List.of(new Input(REASON, new JsonString(reason), true));
    }
}
