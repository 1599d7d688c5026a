package dev.writ.gateway.identity;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import io.quarkus.panache.common.Sort;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where operators register the agents that may hold keys. */
@Path("/v1/agents")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Agents")
public class AgentResource {

    private static final int LONGEST_TEXT = 1_000;

    private final Journal journal;
    private final GovernedState state;
    private final AgentRows rows;
    private final Callers callers;

    AgentResource(Journal journal, GovernedState state, AgentRows rows, Callers callers) {
        this.journal = journal;
        this.state = state;
        this.rows = rows;
        this.callers = callers;
    }

    /**
     * @param name a handle; it stays in the log for ever
     * @param owner who answers for the agent: a principal's handle, which need not have a key
     * @param description what it does
     */
    record Registration(
            @Nullable String name,
            @Nullable String owner,
            @Nullable String description) {}

    /** A registered agent. */
    public record Shown(String name, String owner, String description) {}

    @POST
    @RolesAllowed({"operator", "admin"})
    @Operation(summary = "Register an agent")
    @APIResponse(responseCode = "201", description = "It may hold keys now")
    @APIResponse(responseCode = "409", description = "There is an agent of that name")
    public Uni<RestResponse<Shown>> register(Registration registration) {
        Agent agent = new Agent(
                PrincipalName.parse("name", registration.name()).value(),
                PrincipalName.parse("owner", registration.owner()).value(),
                text("description", registration.description()));
        return journal.record(
                        Actor.of(callers.principal()),
                        AgentEntries.registered(agent, journal.now()),
                        List.of(AgentEntries.inserted(agent)))
                .map(receipt -> receipt.fold(
                        created -> RestResponse.ResponseBuilder.create(
                                        RestResponse.Status.CREATED,
                                        new Shown(agent.name(), agent.owner(), agent.description()))
                                .location(URI.create("/v1/agents"))
                                .build(),
                        existing -> {
                            throw new Problem(
                                    ProblemType.CONFLICT,
                                    "There is an agent of that name. Nothing was changed; choose another.");
                        }));
    }

    @GET
    @RolesAllowed({"operator", "admin"})
    @Operation(summary = "The registered agents")
    public Uni<Page<Shown>> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        return state.rows(() -> rows.find("name > ?1", Sort.by("name"), page.after())
                        .range(0, page.rows() - 1)
                        .list())
                .map(found -> page.of(found, row -> row.name, row -> new Shown(row.name, row.owner, row.description)));
    }

    @GET
    @Path("{name}")
    @RolesAllowed({"operator", "admin"})
    @Operation(summary = "A registered agent")
    @APIResponse(responseCode = "200", description = "Who answers for it, and what it does")
    @APIResponse(responseCode = "404", description = "No agent of this name is registered")
    public Uni<Shown> find(@PathParam("name") String name) {
        return state.rows(() -> rows.find("name", name).list())
                .map(found -> found.stream()
                        .findFirst()
                        .map(row -> new Shown(row.name, row.owner, row.description))
                        .orElseThrow(() -> new Problem(ProblemType.NOT_FOUND, "No agent of this name is registered.")));
    }

    private static String text(String member, @Nullable String text) {
        if (text == null || text.isBlank() || text.length() > LONGEST_TEXT) {
            throw new Problem(
                    ProblemType.MALFORMED, "'" + member + "' is a text of 1 to " + LONGEST_TEXT + " characters.");
        }
        return text;
    }
}
