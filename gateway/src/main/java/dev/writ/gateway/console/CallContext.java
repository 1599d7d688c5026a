package dev.writ.gateway.console;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the log says around a call that waits. */
@ApplicationScoped
class CallContext {

    private static final int MOST = 50;

    private final AuditReader reader;

    CallContext(AuditReader reader) {
        this.reader = reader;
    }

    /**
     * Where the value of an argument comes from.
     *
     * @param pointer to it, from the arguments
     * @param tainted whether something that is not trusted may have had a hand in it
     */
    record Argument(String pointer, String source, boolean tainted) {}

    /** An earlier call of the session. */
    record Step(String call, String tool, String verdict, String rule, Instant at) {}

    /** Origins of all values, as the decision knew them. */
    Uni<List<Argument>> origins(Approval approval) {
        return reader.ofCalls(Set.of(approval.call().toString()), Set.of(ApprovalKinds.DECIDED, ApprovalKinds.EDITED))
                .map(entries -> entries.stream()
                        // As it was first decided; or as it was decided when an approver last changed it.
                        .filter(recorded -> recorded.entry().kind().equals(ApprovalKinds.EDITED))
                        .reduce((earlier, later) -> later)
                        .map(edited -> edited.entry().body().object("decision").orElse(JsonObject.empty()))
                        .or(() -> entries.stream()
                                .findFirst()
                                .map(decided -> decided.entry().body()))
                        .flatMap(decision -> decision.array("origins"))
                        .map(JsonArray::items)
                        .orElse(List.of())
                        .stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .map(origin -> new Argument(
                                origin.text("argument").orElse(""),
                                origin.text("source").orElse(""),
                                origin.isTrue("tainted")))
                        .toList());
    }

    /** The calls of the same session before it, newest first. */
    Uni<List<Step>> session(Approval approval) {
        String session = approval.escalation().session();
        if (session.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return reader.list(new EntryQuery(
                        Map.of(Column.SESSION, session),
                        Set.of(ApprovalKinds.DECIDED),
                        0,
                        Long.MAX_VALUE,
                        Optional.empty(),
                        Optional.of(approval.escalation().openedAt()),
                        true,
                        MOST,
                        false))
                .map(entries -> entries.stream().map(CallContext::step).toList());
    }

    private static Step step(Recorded recorded) {
        Entry entry = recorded.entry();
        return new Step(
                entry.column(Column.CALL).orElse(""),
                entry.column(Column.TOOL).orElse(""),
                entry.column(Column.VERDICT).orElse(""),
                entry.column(Column.RULE).orElse(""),
                entry.at());
    }
}
