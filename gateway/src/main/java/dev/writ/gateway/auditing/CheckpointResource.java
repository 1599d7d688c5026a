package dev.writ.gateway.auditing;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Checkpoint;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;

/**
 * The log in its public form.
 *
 * @see <a href="https://c2sp.org/tlog-checkpoint">C2SP tlog-checkpoint</a>
 */
@Path("/log/checkpoint")
@RolesAllowed("auditor")
@Tag(name = "Log")
class CheckpointResource {

    private final AuditReader reader;

    CheckpointResource(AuditReader reader) {
        this.reader = reader;
    }

    @GET
    @Produces(MediaType.TEXT_PLAIN + ";charset=utf-8")
    @ResponseHeader(name = "Cache-Control", value = "no-cache")
    @Operation(summary = "The newest signed tree head")
    public Uni<String> newest() {
        return reader.checkpoint().map(Checkpoint::note);
    }
}
