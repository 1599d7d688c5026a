package dev.writ.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Everything that a decision may depend on besides its rules, and all of it recorded: the same facts give the same decision, always.
 *
 * @param history earlier calls of this identity, without this one
 * @param shared earlier calls of wider scopes, without this one; only those that a rule in force looks back at, and never {@link
 *     Scope#IDENTITY}
 * @param origins of the arguments, in the order of their paths
 * @param grants that people have given for this call; of those that are of an envelope rules see which use of it this would be, and of others nothing
 */
public record Facts(
        ToolCall call,
        Principal principal,
        ToolDefinition tool,
        History history,
        Map<Scope, History> shared,
        List<Origin> origins,
        List<Grant> grants,
        Instant now) {

    public Facts {
        shared = Map.copyOf(shared);
        origins = List.copyOf(origins);
        grants = List.copyOf(grants);
        if (!call.tool().equals(tool.name())) {
            throw new IllegalArgumentException("the call is of " + call.tool() + ", the definition of " + tool.name());
        }
        if (shared.containsKey(Scope.IDENTITY)) {
            throw new IllegalArgumentException("the history of the identity itself is not a shared one");
        }
    }

    /** Without shared histories and origins. */
    public Facts(
            ToolCall call, Principal principal, ToolDefinition tool, History history, List<Grant> grants, Instant now) {
        this(call, principal, tool, history, Map.of(), List.of(), grants, now);
    }

    /** Which use of an envelope this call would be, the highest if it is inside of several; empty if it is inside of none. */
    public OptionalInt envelopeUse() {
        return grants.stream()
                .flatMap(grant -> grant.envelope().stream())
                .mapToInt(EnvelopeUse::number)
                .max();
    }

    /** The earlier calls of that scope; of one that is not here nothing is known. */
    public History history(Scope scope) {
        return scope == Scope.IDENTITY ? history : shared.getOrDefault(scope, History.UNKNOWN);
    }
}
