package dev.writ.gateway.authzen;

import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where enforcement points have people asked about what was denied and can be approved. Nothing here permits anything: what was approved
 * is decided again when they ask again.
 */
@Path(AccessRequestResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@RolesAllowed("agent")
@Tag(name = "AuthZEN")
class AccessRequestResource {

    static final String PATH = Transport.PATH + "/requests";

    private final AccessRequests requests;
    private final Bodies bodies;
    private final Addresses addresses;

    AccessRequestResource(AccessRequests requests, Bodies bodies, Addresses addresses) {
        this.requests = requests;
        this.bodies = bodies;
        this.addresses = addresses;
    }

    @POST
    @Operation(summary = "Have people asked about what was denied and can be approved (AuthZEN Access Request)")
    @APIResponse(responseCode = "201", description = "They have approved it already; ask the question again")
    @APIResponse(responseCode = "202", description = "They are asked; Location tells where to look")
    @APIResponse(responseCode = "400", description = "Malformed, not that question, or nobody can approve it")
    @APIResponse(responseCode = "403", description = "The key does not act for 'client.actor', or for that person")
    @APIResponse(responseCode = "409", description = "The Idempotency-Key was sent with another request")
    @APIResponse(responseCode = "410", description = "The question was asked too long ago; ask it again")
    @APIResponse(responseCode = "429", description = "As many calls of this caller wait for approval as may")
    @APIResponse(responseCode = "503", description = "The log is not available; nobody is asked")
    public Uni<RestResponse<JsonObject>> submit(
            @Context UriInfo uri,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String type,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(type = SchemaType.OBJECT)))
                    byte[] body) {
        QueryParameters.require(uri, Set.of());
        String base = addresses.asAsked(uri);
        return requests.submit(bodies.read(Optional.ofNullable(type), body), Optional.ofNullable(key))
                .map(task -> RestResponse.ResponseBuilder.create(
                                task.isPending() ? RestResponse.Status.ACCEPTED : RestResponse.Status.CREATED,
                                task.toJson(base))
                        .location(URI.create(task.address(base)))
                        .build());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "What people have said (AuthZEN Task Status)")
    @APIResponse(responseCode = "200", description = "The task; with a result once it is approved")
    @APIResponse(responseCode = "404", description = "This caller has no such task")
    public Uni<JsonObject> status(@Context UriInfo uri, @PathParam("id") String id) {
        QueryParameters.require(uri, Set.of());
        String base = addresses.asAsked(uri);
        return requests.find(id).map(task -> task.toJson(base));
    }

    @POST
    @Path("{id}/cancel")
    @Operation(summary = "Have people no longer asked (AuthZEN Cancellation)")
    @APIResponse(responseCode = "200", description = "It is cancelled")
    @APIResponse(responseCode = "404", description = "This caller has no such task")
    @APIResponse(responseCode = "409", description = "People have answered, or its time is over")
    public Uni<JsonObject> cancel(@Context UriInfo uri, @PathParam("id") String id) {
        QueryParameters.require(uri, Set.of());
        String base = addresses.asAsked(uri);
        return requests.cancel(id).map(task -> task.toJson(base));
    }
}
