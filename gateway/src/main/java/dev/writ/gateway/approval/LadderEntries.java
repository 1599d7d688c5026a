package dev.writ.gateway.approval;

import dev.writ.audit.Entry;
import dev.writ.audit.RowChange;
import dev.writ.gateway.task.Tasks;
import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Rung;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The entries that say that further groups are asked, and the ladders that opening entries state. */
final class LadderEntries {

    private static final String GROUPS = "groups";

    private LadderEntries() {}

    /** @param groups that were not asked before */
    static Entry raised(Approval approval, Collection<String> groups, Instant at) {
        List<String> sorted = groups.stream().sorted().toList();
        return ApprovalEntries.entry(
                ApprovalKinds.RAISED,
                approval,
                sorted.stream()
                        .map(group -> "approval-raised/" + approval.call() + "/" + group)
                        .toList(),
                JsonObject.builder().put(GROUPS, JsonArray.ofTexts(sorted)).build(),
                Optional.empty(),
                at);
    }

    /** The groups that are asked from this entry on; none if it says nothing of that. */
    static Set<String> raisedBy(Entry entry) {
        return entry.kind().equals(ApprovalKinds.RAISED)
                ? Set.copyOf(entry.body().array(GROUPS).map(JsonArray::texts).orElse(List.of()))
                : Set.of();
    }

    /** @param groups all that are asked by then */
    static RowChange row(CallId call, Set<String> groups) {
        return new RowChange(
                "UPDATE writ.approval SET entry_index = $1, entry_hash = $2, groups = $4::text[] WHERE call = $3",
                List.of(call.toString(), groups.stream().sorted().toArray(String[]::new)));
    }

    /** The task that asks the next group, if there is one. */
    static Optional<RowChange> task(Escalation escalation) {
        return escalation
                .nextRaise(escalation.openedAt())
                .map(due -> Tasks.at(Ladders.RAISE, escalation.call().toString(), due));
    }

    static JsonArray json(List<Rung> ladder) {
        return new JsonArray(ladder.stream()
                .<JsonValue>map(rung -> JsonObject.builder()
                        .put("group", rung.group())
                        .put("after", rung.after().toString())
                        .build())
                .toList());
    }

    static List<Rung> read(JsonObject ask) {
        return ApprovalEntries.objects(ask, "then")
                .map(rung -> new Rung(
                        rung.text("group").orElseThrow(),
                        Duration.parse(rung.text("after").orElseThrow())))
                .toList();
    }
}
