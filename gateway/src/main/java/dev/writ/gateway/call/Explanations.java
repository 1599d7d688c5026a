package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Reads;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Explains calls to auditors, over REST and in the console, and records that first. */
@ApplicationScoped
public class Explanations {

    private final AuditReader reader;
    private final Reads reads;
    private final Witnessing witnessing;
    private final Whys whys;

    Explanations(AuditReader reader, Reads reads, Witnessing witnessing, Whys whys) {
        this.reader = reader;
        this.reads = reads;
        this.witnessing = witnessing;
        this.whys = whys;
    }

    /**
     * Everything the log says of one call. It is recorded in the log as AUDIT_READ before it is shown.
     *
     * @param id of the call, as it was sent
     * @return fails with a {@link Problem} if that is no id of a call, no such call was decided, or the read could not be recorded
     */
    public Uni<Explanation> of(Actor by, String id) {
        return reader.ofCall(RequestFields.call(id, Explanations::noId).toString(), Set.of())
                .invoke(Explanations::requireDecided)
                .chain(this::explanation)
                .call(explanation -> reads.record(by, "call", json(explanation)));
    }

    private Uni<Explanation> explanation(List<Recorded> entries) {
        long deciding = CallState.of(entries).index();
        return Multi.createFrom()
                .iterable(Explanation.bundles(entries))
                .onItem()
                .transformToUniAndConcatenate(digest -> reader.byKey("bundle/" + digest)
                        .map(found -> Explanation.Bundle.of(digest, found.map(Recorded::entry))))
                .collect()
                .asMap(Explanation.Bundle::digest)
                .chain(bundles -> whys(entries)
                        .chain(why -> reader.checkpoint()
                                .chain(head -> reader.proof(deciding, witnessing.provableIn(deciding, head)))
                                .map(proof -> Explanation.of(entries, bundles, why, proof))));
    }

    private Uni<Map<Long, Why>> whys(List<Recorded> entries) {
        return Multi.createFrom()
                .iterable(entries)
                .filter(recorded -> recorded.entry().kind().equals(CallEntries.DECIDED))
                .onItem()
                .transformToUniAndConcatenate(decided -> whys.of(decided).map(why -> Map.entry(decided.index(), why)))
                .collect()
                .asMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static JsonObject json(Explanation explanation) {
        List<Explanation.Step> entries = explanation.entries();
        return JsonObject.builder()
                .put("call", explanation.call())
                .put("shown", entries.size())
                .put("first", entries.get(0).index())
                .put("last", entries.get(entries.size() - 1).index())
                .build();
    }

    private static void requireDecided(List<Recorded> entries) {
        if (entries.stream().noneMatch(recorded -> recorded.entry().kind().equals(CallEntries.DECIDED))) {
            throw new Problem(
                    ProblemType.NOT_FOUND,
                    entries.isEmpty()
                            ? "The log has no call with this id."
                            : "This call was only rehearsed, and there is nothing to explain. GET /v1/audit/entries?call= shows"
                                    + " what was recorded of it.");
        }
    }

    private static Problem noId() {
        return QueryParameters.malformed("The id of a call is a UUID of version 7 in lower case, such as"
                + " 01890a5d-ac96-774b-bcce-b302099a8057.");
    }
}
