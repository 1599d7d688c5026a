package dev.writ.gateway.catalog;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where operators put services behind the gateway. */
@Path("/v1/connectors")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Connectors")
public class ConnectorResource {

    private final Registrations registrations;
    private final RegistrationForm form;
    private final Catalog catalog;
    private final Plans plans;
    private final KnownNames names;
    private final Callers callers;

    ConnectorResource(
            Registrations registrations,
            RegistrationForm form,
            Catalog catalog,
            Plans plans,
            KnownNames names,
            Callers callers) {
        this.registrations = registrations;
        this.form = form;
        this.catalog = catalog;
        this.plans = plans;
        this.names = names;
        this.callers = callers;
    }

    /**
     * @param name its tools are called by it, a dot, and their own name
     * @param kind {@code http}, {@code mcp} for an MCP server, or {@code external} for tools that somebody else carries out
     * @param baseUrl every request goes below it; none for {@code external}
     * @param document OpenAPI 3.0 or 3.1, or OpenRPC 1.x; for {@code external} what an MCP server would answer to {@code tools/list}. JSON
     *     or YAML, as text. For {@code mcp} the listing to pin, as JSON; without it the server is asked for it now
     * @param credential added to each request after the decision; agents never see it, and no answer shows it again
     * @param allowPrivateAddresses the service is inside: private addresses and plain HTTP are accepted
     * @param idempotent operation ids, or names of methods; a request repeated with the same Idempotency-Key has no further effect there
     * @param delivery how calls are brought to the service: permits, breaker, repeats
     * @param extracts by tool and name: what of a result is kept for later rules
     * @param labels by tool: what every result may carry, for example {@code untrusted}
     * @param provenance by tool: which fields of a result can be trusted; outsiders can write all others
     * @param effects by tool: what its calls do; of what is not said, rules presume the worst
     * @param timeout of one request, for example {@code 5s}
     * @param maxResponse longest answer, for example {@code 1M}
     * @param url of an MCP server that speaks streamable HTTP; the same as {@code baseUrl}
     * @param command an MCP server that is a program: its whole path and its arguments; no shell reads it
     * @param env what the program sees besides; everybody who may look at connectors sees it too
     * @param secretEnv likewise, and no answer shows the values
     * @param prefix of its tools' names over MCP; empty for none, and the connector's name if nothing is said
     * @param relay what the MCP server may ask of callers
     * @param connectTimeout until the MCP server has said what it is, for example {@code 10s}
     * @param card URL of the card of an A2A agent, which is read and pinned; for {@code http}
     * @param reviewed what {@code POST /v1/connectors/plan} said: if anything else would be pinned, nothing is
     * @param maxConcurrent calls under way at the MCP server; further ones fail at once
     * @param sandbox where calls in mode {@code rehearse} go; without one there are none
     * @param protocol the newest revision of MCP that is spoken with the server; if nothing is said, the newest that both speak
     * @param freshness how old what the MCP server offers may have been read when a tool is called, for example {@code 0s}
     * @param quarantineSuspicious what the MCP server offers that has warnings is not pinned, and waits in quarantine
     */
    record Registration(
            @Nullable String name,
            @Nullable String kind,
            @Nullable String baseUrl,
            @Nullable String document,
            @Nullable Header credential,
            @Nullable Boolean allowPrivateAddresses,
            @Nullable List<String> idempotent,
            @Nullable DeliveryForm delivery,
            @Nullable Map<String, Map<String, Piece>> extracts,
            @Nullable Map<String, List<String>> labels,
            @Nullable Map<String, Fields> provenance,
            @Nullable Map<String, Effects> effects,
            @Nullable String timeout,
            @Nullable String maxResponse,
            @Nullable String url,
            @Nullable List<String> command,
            @Nullable Map<String, String> env,
            @Nullable Map<String, String> secretEnv,
            @Nullable String prefix,
            @Nullable Relayed relay,
            @Nullable String connectTimeout,
            @Nullable Integer maxConcurrent,
            @Nullable String protocol,
            @Nullable SandboxForm sandbox,
            @Nullable String freshness,
            @Nullable Boolean quarantineSuspicious,
            @Nullable String card,
            @Nullable String reviewed) {

        /** Arguments and variables may be confidential. */
        @Override
        public String toString() {
            return "Registration[" + name + "]";
        }
    }

    /**
     * What an MCP server may ask of callers and tell them. Nothing unless it is said.
     *
     * @param elicitation ask the person behind the caller
     * @param sampling have the caller's model write something
     * @param roots ask which folders the caller works in
     * @param logging send log messages
     */
    record Relayed(
            @Nullable Boolean elicitation,
            @Nullable Boolean sampling,
            @Nullable Boolean roots,
            @Nullable Boolean logging) {}

    /**
     * A header of every request, or the access token of an OAuth client.
     *
     * @param oauth in place of a header and its value; for MCP servers
     */
    record Header(
            @Nullable String header,
            @Nullable String value,
            @Nullable OAuthClient oauth) {
        @Override
        public String toString() {
            return "Header[" + header + "]";
        }
    }

    /**
     * What the gateway gets access tokens with (RFC 6749 4.4).
     *
     * @param tokenUrl the authorization server's token endpoint
     * @param authentication {@code basic}, the default, or {@code post}
     * @param scope to ask for; what the server gives by itself if nothing is said
     * @param resource the tokens are for (RFC 8707): the server's URL if nothing is said; empty to ask for none
     */
    record OAuthClient(
            @Nullable String tokenUrl,
            @Nullable String clientId,
            @Nullable String clientSecret,
            @Nullable String authentication,
            @Nullable String scope,
            @Nullable String resource) {
        @Override
        public String toString() {
            return "OAuthClient[" + clientId + "]";
        }
    }

    /**
     * @param path JSONPath into the result
     * @param maxBytes of its RFC 8785 form; a longer piece is left out. 4096 unless said otherwise
     */
    record Piece(@Nullable String path, @Nullable Integer maxBytes) {}

    /**
     * @param trusted JSONPaths into the result: only trustworthy parties write what is there, and all that is inside
     * @param untrusted JSONPaths into that: outsiders can write it all the same
     * @param names JSONPaths of names, addresses and ids that are trusted as a whole and never in part
     * @param referred items that the person may refer to
     */
    record Fields(
            @Nullable List<String> trusted,
            @Nullable List<String> untrusted,
            @Nullable List<String> names,
            @Nullable List<Items> referred) {}

    /**
     * @param each JSONPath of the items
     * @param by members of an item by which the person may refer to it
     * @param fields members whose values the person then has referred to
     * @param arguments for which they then count; absent or empty for all
     */
    record Items(
            @Nullable String each,
            @Nullable List<String> by,
            @Nullable List<String> fields,
            @Nullable List<String> arguments) {}

    /**
     * @param risk {@code low}, {@code medium}, {@code high} or {@code critical}: how much harm a call can do
     * @param reversible what a call did can be undone with little effort
     * @param outbound what a call carries can reach somebody outside the organisation
     * @param readOnly a call changes nothing anywhere
     */
    record Effects(
            @Nullable String risk,
            @Nullable Boolean reversible,
            @Nullable Boolean outbound,
            @Nullable Boolean readOnly) {}

    /**
     * What a registration came to.
     *
     * @param skipped operations that became no tool, each with the reason
     */
    public record Registered(String name, List<ShownConnector.Tool> tools, List<String> skipped) {}

    @POST
    @RolesAllowed("operator")
    @Operation(summary = "Register a connector, or replace the one of that name, and pin its tools")
    @APIResponse(responseCode = "201", description = "Its tools are pinned")
    @APIResponse(responseCode = "422", description = "It cannot be used; 'problems' says why")
    public Uni<RestResponse<Registered>> register(Registration registration) {
        return registrations
                .register(
                        Actor.of(callers.principal()),
                        form.settings(registration),
                        form.secrets(registration),
                        Optional.ofNullable(registration.reviewed()))
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(ready -> RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, registered(ready, names))
                        .location(URI.create(
                                "/v1/connectors/" + ready.connector().settings().name()))
                        .build());
    }

    @POST
    @Path("plan")
    @RolesAllowed("operator")
    @Operation(summary = "What registering a connector would change; nothing is changed")
    @APIResponse(responseCode = "200", description = "What would change, and a digest to register exactly that")
    @APIResponse(responseCode = "422", description = "It cannot be used; 'problems' says why")
    public Uni<Plans.Plan> plan(Registration registration) {
        return plans.plan(form.settings(registration), form.secrets(registration));
    }

    @GET
    @RolesAllowed({"operator", "auditor"})
    @Operation(summary = "The connectors there are, by name")
    public Page<ShownConnector> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        List<Map.Entry<String, Standing>> rows = catalog.standings().entrySet().stream()
                .filter(standing -> standing.getKey().compareTo(page.after()) > 0)
                .limit(page.rows())
                .toList();
        return page.of(
                rows,
                Map.Entry::getKey,
                row -> ShownConnector.of(
                        row.getKey(), row.getValue(), catalog.waiting(row.getKey()), tool -> List.of()));
    }

    @GET
    @Path("{name}")
    @RolesAllowed({"operator", "auditor"})
    @Operation(summary = "One connector with its tools")
    @APIResponse(responseCode = "200", description = "The connector, never its credential")
    @APIResponse(responseCode = "404", description = "There is none of this name")
    public ShownConnector find(@PathParam("name") String name) {
        return catalog.standing(name)
                .map(standing -> ShownConnector.of(name, standing, catalog.waiting(name), names::warnings))
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND, "There is no connector of this name. GET /v1/connectors lists them."));
    }

    @GET
    @Path("{name}/proposal")
    @RolesAllowed({"operator", "auditor"})
    @Operation(summary = "What might be said of the effects of a connector's tools, with reasons; nothing is changed")
    @APIResponse(responseCode = "200", description = "A proposal for 'effects' of a registration, by tool")
    @APIResponse(responseCode = "404", description = "There is none of this name")
    public Proposal proposal(@PathParam("name") String name) {
        return catalog.standing(name)
                .map(Proposal::of)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND, "There is no connector of this name. GET /v1/connectors lists them."));
    }

    @DELETE
    @Path("{name}")
    @RolesAllowed("operator")
    @Operation(summary = "Remove a connector; no call of its tools is allowed any more")
    @APIResponse(responseCode = "204", description = "It is removed, and its credential is forgotten")
    @APIResponse(responseCode = "404", description = "There is none of this name")
    public Uni<Void> remove(@PathParam("name") String name) {
        return registrations.remove(Actor.of(callers.principal()), name);
    }

    static Registered registered(Preparation.Ready ready, KnownNames names) {
        return new Registered(
                ready.connector().settings().name(),
                ready.connector().connector().tools().stream()
                        .map(tool -> ShownConnector.Tool.of(tool, names.warnings(tool)))
                        .toList(),
                ready.skipped());
    }
}
