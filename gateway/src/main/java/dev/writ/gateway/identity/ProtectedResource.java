package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.Proofs;
import dev.writ.gateway.token.Tokens;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Tells clients where to get a token for this gateway.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728">RFC 9728</a>
 */
@Path(ProtectedResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
class ProtectedResource {

    static final String PATH = "/.well-known/oauth-protected-resource";
    static final String MCP = "/mcp";

    private final Tokens tokens;
    private final IdentityConfig config;

    ProtectedResource(Tokens tokens, IdentityConfig config) {
        this.tokens = tokens;
        this.config = config;
    }

    /** The names are those of RFC 9728 2. */
    record Metadata(
            String resource,
            List<String> authorization_servers,
            List<String> bearer_methods_supported,
            List<String> dpop_signing_alg_values_supported,
            String resource_name) {}

    @GET
    @Operation(hidden = true)
    public Metadata gateway() {
        return metadata("");
    }

    @GET
    @Path("mcp")
    @Operation(hidden = true)
    public Metadata mcp() {
        return metadata(MCP);
    }

    private Metadata metadata(String path) {
        String resource = config.resource()
                .filter(url -> tokens.areTaken())
                .orElseThrow(
                        () -> new Problem(
                                ProblemType.NOT_FOUND,
                                "This gateway takes no access tokens (writ.issuers, writ.identity.resource). Use a key of Writ's."))
                .toString();
        return new Metadata(resource + path, tokens.urls(), List.of("header"), Proofs.algorithms(), "Writ");
    }
}
