package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.connect.Dialogue;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.Grant;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A call that passed every check that needs no rule, about to be decided.
 *
 * @param definition of the tool: as it is pinned now, or for an approved call as it was when the call was submitted
 * @param pinned the tool as it is pinned now; empty if it no longer is
 * @param dialogue with the caller, if they wait
 * @param at the {@code now} of its decision, however often that is computed
 */
record Attempt(
        ToolCall call,
        Principal principal,
        Identity identity,
        ToolDefinition definition,
        Optional<PinnedTool> pinned,
        Mode mode,
        String argumentsMac,
        Instant at,
        Instant deadline,
        Round round,
        Dialogue dialogue) {

    /** The same call, known not to be a repetition of one that waits. */
    Attempt unlike() {
        return in(new Round.Unlike());
    }

    /** The same call, of a caller who listens and may be asked. */
    Attempt with(Dialogue caller) {
        return new Attempt(
                call, principal, identity, definition, pinned, mode, argumentsMac, at, deadline, round, caller);
    }

    /** The same, to go on where that call stopped. */
    Attempt continuing(CallId stopped) {
        return in(new Round.Continued(stopped));
    }

    private Attempt in(Round other) {
        return new Attempt(
                call, principal, identity, definition, pinned, mode, argumentsMac, at, deadline, other, dialogue);
    }

    List<Grant> grants() {
        return round instanceof Round.Approved approved ? approved.grants() : List.of();
    }

    /** What came before it: without itself, if it was decided before. */
    History earlier(History history) {
        return waited().map(waited -> history.without(call.tool(), waited)).orElse(history);
    }

    /** Index of the entry that made it wait, if one did. */
    Optional<Long> waited() {
        if (round instanceof Round.Approved approved) {
            return Optional.of(approved.waited());
        }
        return round instanceof Round.Edited edited ? Optional.of(edited.waited()) : Optional.empty();
    }

    /** The arguments as the agent submitted them, if approvers have changed them. */
    Optional<JsonObject> submitted() {
        if (round instanceof Round.Approved approved) {
            return approved.submitted();
        }
        return round instanceof Round.Edited edited ? Optional.of(edited.submitted()) : Optional.empty();
    }

    /** Whether that entry is the same call, waiting for people. */
    boolean isRepeated(Entry decided) {
        return decided.kind().equals(CallEntries.DECIDED)
                && CallEntries.effect(decided) == Effect.ESCALATE
                && isLike(decided)
                && decided.column(Column.SESSION).equals(call.session());
    }

    /** Whether that entry is about a call that asks for the same. */
    boolean isLike(Entry other) {
        return other.column(Column.AGENT).filter(identity.agent()::equals).isPresent()
                && other.column(Column.SUBJECT)
                        .filter(identity.pseudonym()::equals)
                        .isPresent()
                && CallEntries.tool(other).equals(call.tool())
                && CallEntries.mode(other) == mode
                && other.body()
                        .text("argumentsMac")
                        .filter(argumentsMac::equals)
                        .isPresent();
    }
}
