package dev.writ.gateway.policy;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.rules.ToolScope;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where administrators say what the bundles of a name may speak about. */
@Path("/v1/policies")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Policies")
class PolicyScopeResource {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final int MOST = 1_000;

    private final PolicyLife life;
    private final ActivePolicy policy;
    private final Callers callers;

    PolicyScopeResource(PolicyLife life, ActivePolicy policy, Callers callers) {
        this.life = life;
        this.policy = policy;
        this.callers = callers;
    }

    /** @param tools names of tools, or beginnings of names followed by {@code *} */
    record Asked(@Nullable List<@Nullable String> tools) {}

    /** @param index of the entry from which on it is in force */
    record Set(long index) {}

    /** @param name of bundles */
    record Scope(String name, List<String> tools) {}

    record Scopes(List<Scope> items) {}

    @PUT
    @Path("scopes/{name}")
    @RolesAllowed("admin")
    @Operation(
            summary = "Set what the bundles of a name may speak about",
            description = "As soon as one name has a scope, bundles of names without one are refused.")
    @APIResponse(responseCode = "200", description = "A version with a larger scope cannot be published or decide")
    @APIResponse(responseCode = "409", description = "The version that decides now has a larger scope")
    public Uni<Set> set(@PathParam("name") String name, Asked asked) {
        if (!NAME.matcher(name).matches()) {
            throw malformed("A bundle's name has lower-case letters, digits and '-', 64 at most.");
        }
        List<String> tools = Optional.ofNullable(asked.tools())
                .filter(patterns -> patterns.size() <= MOST
                        && patterns.stream().allMatch(pattern -> pattern != null && ToolScope.isPattern(pattern)))
                .map(List::copyOf)
                .orElseThrow(() -> malformed(
                        "'tools' holds names of tools, or beginnings of names followed by '*', such as billing.*"));
        return life.scope(Actor.of(callers.principal()), name, new ToolScope(tools))
                .map(Set::new);
    }

    @DELETE
    @Path("scopes/{name}")
    @RolesAllowed("admin")
    @Operation(
            summary = "Take the scope of a name away",
            description =
                    "If other names have one, bundles of this name are refused from then on; what decides goes on.")
    @APIResponse(responseCode = "200", description = "It has none any more")
    @APIResponse(responseCode = "404", description = "It has none")
    public Uni<Set> remove(@PathParam("name") String name) {
        return life.unscope(Actor.of(callers.principal()), name).map(Set::new);
    }

    @GET
    @Path("scopes")
    @RolesAllowed({"admin", "author", "reviewer", "auditor", "operator"})
    @Operation(summary = "What the bundles of each name may speak about")
    public Scopes list() {
        return new Scopes(policy.state().scopes().entrySet().stream()
                .map(scope -> new Scope(scope.getKey(), scope.getValue().patterns()))
                .toList());
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
