package dev.writ.gateway.catalog;

import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import io.quarkus.security.Authenticated;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The tools that calls can be submitted for. */
@Path("/v1/tools")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
@Tag(name = "Tools")
public class ToolResource {

    private final Catalog catalog;
    private final Callers callers;

    ToolResource(Catalog catalog, Callers callers) {
        this.catalog = catalog;
        this.callers = callers;
    }

    /**
     * A tool as it is pinned.
     *
     * @param digest of the whole definition, as it is pinned
     * @param inputSchema JSON Schema 2020-12 of the arguments
     * @param labels that every result may carry
     * @param effects what the operator said that its calls do: {@code risk}, {@code reversible}, {@code outbound}, {@code readOnly};
     *     of what is not there, rules presume the worst
     */
    public record Shown(
            String name,
            String connector,
            String description,
            JsonObject inputSchema,
            boolean idempotent,
            Set<String> labels,
            JsonObject effects,
            String digest) {

        static Shown of(PinnedTool tool) {
            return new Shown(
                    tool.definition().name().value(),
                    tool.definition().connector(),
                    tool.definition().description(),
                    tool.definition().inputSchema(),
                    tool.definition().idempotent(),
                    tool.labels(),
                    tool.definition().effects().toJson(),
                    tool.digest().value());
        }
    }

    @GET
    @Operation(summary = "The tools that the caller's key may be used for, by name")
    public Page<Shown> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        List<PinnedTool> tools = catalog.tools().stream()
                .filter(tool -> tool.definition().name().value().compareTo(page.after()) > 0)
                .filter(tool -> callers.mayCall(tool.definition().name()))
                .limit(page.rows())
                .toList();
        return page.of(tools, tool -> tool.definition().name().value(), Shown::of);
    }

    /** Those of one connector, by name, for whoever is no request. */
    public List<Shown> ofConnector(String connector) {
        return catalog.tools(connector).stream()
                .filter(tool -> callers.mayCall(tool.definition().name()))
                .map(Shown::of)
                .toList();
    }

    @GET
    @Path("{name}")
    @Operation(summary = "One tool")
    @APIResponse(responseCode = "200", description = "The tool")
    @APIResponse(responseCode = "404", description = "There is none of this name")
    public Shown find(@PathParam("name") String name) {
        return Optional.of(name)
                .filter(ToolName::isWellFormed)
                .map(ToolName::parse)
                .filter(callers::mayCall)
                .flatMap(catalog::tool)
                .filter(tool -> !catalog.isQuarantined(tool))
                .map(Shown::of)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND, "There is no tool of this name. GET /v1/tools lists those there are."));
    }
}
