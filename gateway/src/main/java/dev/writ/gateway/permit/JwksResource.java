package dev.writ.gateway.permit;

import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;

/**
 * The public keys of permits.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7517">RFC 7517</a>
 */
@Path("/.well-known/jwks.json")
@PermitAll
@Tag(name = "Permits")
class JwksResource {

    private final PermitKeys keys;

    JwksResource(PermitKeys keys) {
        this.keys = keys;
    }

    @GET
    @Produces("application/jwk-set+json")
    @ResponseHeader(name = HttpHeaders.CACHE_CONTROL, value = "public, max-age=300")
    @Operation(
            summary = "The public keys that permits are signed with",
            description = "The one that signed before, the one that signs, and the one that will sign next.")
    @APIResponse(responseCode = "200", description = "A JWK set (RFC 7517)")
    public String keys(@Context UriInfo uri) {
        QueryParameters.require(uri, Set.of());
        List<JsonObject> published =
                keys.published().stream().map(PermitKey::jwk).toList();
        return JsonObject.builder()
                .put("keys", new JsonArray(List.copyOf(published)))
                .build()
                .toJson();
    }
}
