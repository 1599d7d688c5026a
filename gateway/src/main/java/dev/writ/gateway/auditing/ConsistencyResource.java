package dev.writ.gateway.auditing;

import dev.writ.audit.AuditReader;
import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.TiledLog;
import dev.writ.gateway.wire.QueryParameters;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Proves that the log only grew. */
@Path("/v1/audit/consistency")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("auditor")
@Tag(name = "Audit")
class ConsistencyResource {

    private final AuditReader reader;
    private final TiledLog log;

    ConsistencyResource(AuditReader reader, TiledLog log) {
        this.reader = reader;
        this.log = log;
    }

    /** @param hashes of RFC 9162 2.1.4.1, in base64 */
    record Proof(long from, long to, List<String> hashes) {

        static Proof of(ConsistencyProof proof) {
            return new Proof(
                    proof.first(),
                    proof.second(),
                    proof.path().stream()
                            .map(hash -> Base64.getEncoder().encodeToString(hash.bytes()))
                            .toList());
        }
    }

    @GET
    @Operation(summary = "Proof that the log of size 'to' begins with that of size 'from' (RFC 9162 2.1.4)")
    @APIResponse(responseCode = "200", description = "The proof")
    @APIResponse(responseCode = "400", description = "These are not two sizes of the log, in order")
    public Uni<Proof> prove(
            @QueryParam("from") @Nullable String from, @QueryParam("to") @Nullable String to, @Context UriInfo uri) {
        QueryParameters.require(uri, Set.of("from", "to"));
        return reader.checkpoint().chain(head -> {
            long second = QueryParameters.number("to", to, 0, head.size()).orElseThrow(() -> missing("to"));
            long first = QueryParameters.number("from", from, 0, second).orElseThrow(() -> missing("from"));
            return log.consistency(first, second).map(Proof::of);
        });
    }

    private static RuntimeException missing(String name) {
        return QueryParameters.malformed("'" + name + "' is missing. Give two sizes of the log, 'from' and 'to'.");
    }
}
