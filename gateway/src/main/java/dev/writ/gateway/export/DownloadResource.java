package dev.writ.gateway.export;

import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestMulti;
import org.jspecify.annotations.Nullable;

/** Exports that auditors fetch from the gateway, file by file. */
@Path("/v1/audit/downloads")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed("auditor")
@Tag(name = "Audit")
public class DownloadResource {

    private final Downloads downloads;
    private final Callers callers;

    DownloadResource(Downloads downloads, Callers callers) {
        this.downloads = downloads;
        this.callers = callers;
    }

    /**
     * What is to be exported.
     *
     * @param format {@code cloudevents}, {@code ocsf} or {@code csv}
     * @param from first index; 0 if absent
     * @param to end of the indices, exclusive; the size of the newest checkpoint if absent
     */
    public record Asked(
            @Nullable String format,
            @Nullable Long from,
            @Nullable Long to) {}

    /**
     * An export whose files can be fetched.
     *
     * @param index of the entry that records it
     * @param files the first ones first
     */
    public record Shown(long index, String format, long from, long to, List<Item> files) {

        static Shown of(Download download) {
            return new Shown(
                    download.index(),
                    download.format().text(),
                    download.from(),
                    download.to(),
                    download.files().stream()
                            .map(file -> new Item(file.name(), file.from(), file.to()))
                            .toList());
        }
    }

    /**
     * A file.
     *
     * @param name the last part of its path
     * @param from first index
     * @param to end of the indices, exclusive
     */
    public record Item(String name, long from, long to) {}

    @POST
    @ResponseStatus(201)
    @Operation(
            summary = "Start an export whose files are fetched from the gateway",
            description =
                    "Records it; only whoever did fetches its files. GET /v1/audit/downloads/{index}/{name} gets one.")
    @APIResponse(responseCode = "201", description = "An entry EXPORT is durable")
    @APIResponse(responseCode = "422", description = "That is not a range of this log, or too much for downloads")
    public Uni<Shown> begin(Asked asked) {
        return downloads
                .begin(
                        callers.caller(),
                        format(asked.format()),
                        number("from", asked.from()).orElse(0L),
                        number("to", asked.to()))
                .map(Shown::of);
    }

    @GET
    @Path("{index}")
    @Operation(summary = "An export of yours, with its files")
    @APIResponse(responseCode = "200", description = "Its files, the first ones first")
    @APIResponse(responseCode = "404", description = "You recorded no export at this index that has files here")
    public Uni<Shown> find(@PathParam("index") String index) {
        return downloads.find(callers.caller(), Downloads.index(index)).map(Shown::of);
    }

    @GET
    @Path("{index}/{name}")
    @Produces("application/octet-stream")
    @Operation(
            summary = "A file of an export: lines of CSV, or of JSON",
            description =
                    "The connection is closed before the end if an entry cannot be read or is not what its hash says.")
    @APIResponse(responseCode = "200", description = "The entries that are still there")
    @APIResponse(responseCode = "404", description = "It is no file of an export of yours")
    public RestMulti<byte[]> file(
            @PathParam("index") String index, @PathParam("name") String name, @Context HttpServerRequest request) {
        return downloads.fetched(callers.caller(), index, name, request);
    }

    private static ExportFormat format(@Nullable String text) {
        try {
            return ExportFormat.parse(text == null ? "" : text);
        } catch (IllegalArgumentException unknown) {
            throw unusable("'format': " + unknown.getMessage() + ".");
        }
    }

    private static Optional<Long> number(String name, @Nullable Long value) {
        if (value != null && value < 0) {
            throw unusable("'" + name + "' is a number from 0.");
        }
        return Optional.ofNullable(value);
    }

    private static Problem unusable(String detail) {
        return new Problem(ProblemType.UNPROCESSABLE, detail + " Nothing was recorded.");
    }
}
