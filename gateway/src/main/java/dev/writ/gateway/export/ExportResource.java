package dev.writ.gateway.export;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Receipt;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Where {@code writ audit export}, which cannot write to the log, has what it is about to export recorded. */
@Path("/v1/audit/exports")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed("auditor")
@Tag(name = "Audit")
class ExportResource {

    private final Journal journal;
    private final AuditReader reader;
    private final Callers callers;

    ExportResource(Journal journal, AuditReader reader, Callers callers) {
        this.journal = journal;
        this.reader = reader;
        this.callers = callers;
    }

    /**
     * @param from first index
     * @param to end of the indices, exclusive
     * @param size of the checkpoint that the export is of
     * @param root of that checkpoint
     */
    record Submission(
            @Nullable String format,
            @Nullable Long from,
            @Nullable Long to,
            @Nullable Long size,
            @Nullable String root) {}

    /** @param index of the entry that records it */
    record Recorded(long index) {}

    @POST
    @ResponseStatus(201)
    @Operation(
            summary = "Record that entries are about to be exported",
            description =
                    "Records it and exports nothing: 'writ audit export --url' asks for this before its first file.")
    @APIResponse(responseCode = "201", description = "An entry EXPORT is durable")
    @APIResponse(responseCode = "422", description = "That is not a range of this log")
    public Uni<Recorded> record(Submission submission) {
        ExportFormat format = format(submission.format());
        long from = number("from", submission.from());
        long to = number("to", submission.to());
        long size = number("size", submission.size());
        String root = submission.root();
        if (root == null || !Digest.isWellFormed(root)) {
            throw unusable("'root' is a digest, sha256: and 64 hexadecimal digits.");
        }
        if (from > to || to > size) {
            throw unusable("'from' is at most 'to', and 'to' at most 'size'.");
        }
        Actor actor = Actor.of(callers.principal());
        JsonObject body = JsonObject.builder()
                .put("format", format.text())
                .put("from", from)
                .put("to", to)
                .put("size", size)
                .put("root", root)
                .build();
        return reader.checkpoint()
                .invoke(head -> {
                    if (size > head.size()) {
                        throw unusable("'size' is beyond the log.");
                    }
                })
                .chain(head ->
                        journal.record(actor, "EXPORT", List.of(), Set.of(), Map.of(), body, List.of(), List.of()))
                .map(receipt ->
                        new Recorded(receipt.fold(created -> created.recorded().index(), Receipt.Existing::index)));
    }

    private static ExportFormat format(@Nullable String text) {
        try {
            return ExportFormat.parse(text == null ? "" : text);
        } catch (IllegalArgumentException unknown) {
            throw unusable("'format': " + unknown.getMessage() + ".");
        }
    }

    private static long number(String name, @Nullable Long value) {
        if (value == null || value < 0) {
            throw unusable("'" + name + "' is a number from 0.");
        }
        return value;
    }

    private static Problem unusable(String detail) {
        return new Problem(ProblemType.UNPROCESSABLE, detail + " Nothing was recorded.");
    }
}
