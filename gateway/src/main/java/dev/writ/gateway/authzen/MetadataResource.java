package dev.writ.gateway.authzen;

import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** What an enforcement point finds here, before it has a key. */
@Path("/.well-known/authzen-configuration")
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
@Tag(name = "AuthZEN")
class MetadataResource {

    private final Translation translation;
    private final Addresses addresses;

    MetadataResource(Translation translation, Addresses addresses) {
        this.translation = translation;
        this.addresses = addresses;
    }

    @GET
    @Operation(summary = "The endpoints there are; a search is left out while there is nothing to search")
    @APIResponse(responseCode = "200", description = "They are")
    @APIResponse(responseCode = "404", description = "The host name is not known to be the gateway's")
    public RestResponse<JsonObject> metadata(@Context UriInfo uri, @Context HttpServerRequest request) {
        QueryParameters.require(uri, Set.of());
        String base = addresses.published(request, uri);
        String access = base + Transport.PATH;
        JsonObject.Builder metadata = JsonObject.builder()
                .put("policy_decision_point", base)
                .put("access_evaluation_endpoint", access + "/evaluation")
                .put("access_evaluations_endpoint", access + "/evaluations")
                .put("access_request_endpoint", base + AccessRequestResource.PATH)
                .put("capabilities", JsonArray.ofTexts(List.of("urn:openid:authzen:capability:access-request")));
        if (translation.entities().stream().anyMatch(entities -> !entities.isEmpty())) {
            metadata.put("search_subject_endpoint", access + "/search/subject")
                    .put("search_resource_endpoint", access + "/search/resource");
        }
        if (translation.hasActions()) {
            metadata.put("search_action_endpoint", access + "/search/action");
        }
        JsonObject all = metadata.put("supported_obligations", JsonArray.ofTexts(List.of(Obliged.TYPE)))
                .build();
        return RestResponse.ResponseBuilder.ok(all)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
