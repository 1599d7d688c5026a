package dev.writ.gateway.authzen;

import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where enforcement points ask before they let somebody act. A denial is an answer with status 200; errors are a text. */
@Path(Transport.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@RolesAllowed("agent")
@Tag(name = "AuthZEN")
class AccessResource {

    private final Evaluations evaluations;
    private final Searches searches;
    private final Bodies bodies;

    AccessResource(Evaluations evaluations, Searches searches, Bodies bodies) {
        this.evaluations = evaluations;
        this.searches = searches;
        this.bodies = bodies;
    }

    @POST
    @Path("evaluation")
    @Operation(summary = "May this subject do that to this resource? (AuthZEN Access Evaluation)")
    @APIResponse(responseCode = "200", description = "The decision, recorded")
    @APIResponse(responseCode = "400", description = "Malformed")
    @APIResponse(responseCode = "503", description = "The log is not available; nothing was decided")
    public Uni<JsonObject> evaluation(
            @Context UriInfo uri,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String type,
            @Parameter(
                            description =
                                    "of a question that refers to an approval: asked again with it, it gets the same answer")
                    @HeaderParam("Idempotency-Key")
                    @Nullable
                    String key,
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(type = SchemaType.OBJECT)))
                    byte[] body) {
        return evaluations.one(read(uri, type, body), Optional.ofNullable(key), "POST /access/v1/evaluation");
    }

    @POST
    @Path("evaluations")
    @Operation(summary = "Several such questions at once (AuthZEN Access Evaluations)")
    @APIResponse(responseCode = "200", description = "The decisions, each recorded")
    @APIResponse(responseCode = "400", description = "Malformed")
    @APIResponse(responseCode = "413", description = "More questions than writ.authzen.max-evaluations")
    @APIResponse(responseCode = "503", description = "The log is not available; nothing was decided")
    public Uni<JsonObject> evaluations(
            @Context UriInfo uri,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String type,
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(type = SchemaType.OBJECT)))
                    byte[] body) {
        return evaluations.several(read(uri, type, body), "POST /access/v1/evaluations");
    }

    @POST
    @Path("search/subject")
    @Operation(summary = "Who may do that to this resource, of those the operator lists? (AuthZEN Subject Search)")
    @APIResponse(responseCode = "200", description = "What is found; the search is recorded")
    @APIResponse(responseCode = "400", description = "Malformed")
    @APIResponse(responseCode = "503", description = "The log is not available; nothing was found")
    public Uni<JsonObject> subjects(
            @Context UriInfo uri,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String type,
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(type = SchemaType.OBJECT)))
                    byte[] body) {
        return searches.search(Searched.SUBJECT, read(uri, type, body));
    }

    @POST
    @Path("search/resource")
    @Operation(summary = "To what may this subject do that, of what the operator lists? (AuthZEN Resource Search)")
    @APIResponse(responseCode = "200", description = "What is found; the search is recorded")
    @APIResponse(responseCode = "400", description = "Malformed")
    @APIResponse(responseCode = "503", description = "The log is not available; nothing was found")
    public Uni<JsonObject> resources(
            @Context UriInfo uri,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String type,
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(type = SchemaType.OBJECT)))
                    byte[] body) {
        return searches.search(Searched.RESOURCE, read(uri, type, body));
    }

    @POST
    @Path("search/action")
    @Operation(summary = "What may this subject do to this resource? (AuthZEN Action Search)")
    @APIResponse(responseCode = "200", description = "What is found; the search is recorded")
    @APIResponse(responseCode = "400", description = "Malformed")
    @APIResponse(responseCode = "503", description = "The log is not available; nothing was found")
    public Uni<JsonObject> actions(
            @Context UriInfo uri,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String type,
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(type = SchemaType.OBJECT)))
                    byte[] body) {
        return searches.search(Searched.ACTION, read(uri, type, body));
    }

    private JsonObject read(UriInfo uri, @Nullable String type, byte[] body) {
        QueryParameters.require(uri, Set.of());
        return bodies.read(Optional.ofNullable(type), body);
    }
}
