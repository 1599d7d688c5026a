package dev.writ.gateway.call;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Optional;
import java.util.Set;

/**
 * Who carries a call out in the gateway's place, and what of that which rules oblige to they see to. What nobody sees to must not be carried
 * out.
 */
public final class Outsider {

    /** A hook or a proxy, which is told yes or no. A label is lost there, and harms nobody. */
    public static final Outsider TOLD_YES_OR_NO = new Outsider("label");

    /** An enforcement point that says it meets what it is told. What only the log can keep is not for it. */
    public static final Outsider AWARE = new Outsider("mask", "set", "redact", "cap");

    private static final Set<String> VERBS = Set.of("mask", "set", "redact", "cap", "label", "expect");

    private final Set<String> met;

    private Outsider(String... met) {
        this.met = Set.of(met);
    }

    /**
     * What they do not see to.
     *
     * @param obligations as rules state them
     * @return the verb of the first
     */
    public Optional<String> unmet(JsonArray obligations) {
        return obligations.items().stream()
                .map(Outsider::verb)
                .filter(verb -> !met.contains(verb))
                .findFirst();
    }

    private static String verb(JsonValue obligation) {
        return obligation instanceof JsonObject members
                ? members.members().keySet().stream()
                        .filter(VERBS::contains)
                        .findFirst()
                        .orElse("something unknown")
                : "something unknown";
    }
}
