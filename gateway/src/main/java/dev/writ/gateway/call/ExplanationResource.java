package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Actors;
import dev.writ.gateway.auditing.Reads;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Why a call was decided as it was, for auditors. */
@Path("/v1/audit/calls")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("auditor")
@Tag(name = "Audit")
class ExplanationResource {

    private final AuditReader reader;
    private final Actors actors;
    private final Reads reads;
    private final Witnessing witnessing;
    private final Whys whys;

    ExplanationResource(AuditReader reader, Actors actors, Reads reads, Witnessing witnessing, Whys whys) {
        this.whys = whys;
        this.witnessing = witnessing;
        this.reader = reader;
        this.actors = actors;
        this.reads = reads;
    }

    @GET
    @Path("{id}")
    @Operation(
            summary =
                    "Everything the log says of one call: what was decided, why, by whom it was approved, what came of it",
            description =
                    "With the proof of its deciding entry. 'why' is worked out now, by asking the bundles of then again with the facts of"
                            + " then. It is recorded in the log as AUDIT_READ.")
    @APIResponse(responseCode = "200", description = "The call; what was erased says so")
    @APIResponse(responseCode = "400", description = "This is not the id of a call")
    @APIResponse(responseCode = "404", description = "No call of this id was decided")
    @APIResponse(responseCode = "503", description = "The read could not be recorded")
    public Uni<Explanation> explain(@PathParam("id") String id, @Context UriInfo uri) {
        QueryParameters.require(uri, Set.of());
        CallId call = callId(id);
        Actor actor = actors.caller();
        return reader.ofCall(call.toString(), Set.of())
                .invoke(ExplanationResource::requireDecided)
                .chain(this::explanation)
                .call(explanation -> reads.record(actor, "call", json(explanation)));
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

    private static CallId callId(String text) {
        try {
            return CallId.parse(text);
        } catch (IllegalArgumentException none) {
            throw QueryParameters.malformed("The id of a call is a UUID of version 7 in lower case, such as"
                    + " 01890a5d-ac96-774b-bcce-b302099a8057.");
        }
    }
}
