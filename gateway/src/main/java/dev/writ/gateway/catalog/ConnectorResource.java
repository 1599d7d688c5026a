package dev.writ.gateway.catalog;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
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
class ConnectorResource {

    private final Registrations registrations;
    private final RegistrationForm form;
    private final Catalog catalog;
    private final Callers callers;

    ConnectorResource(Registrations registrations, RegistrationForm form, Catalog catalog, Callers callers) {
        this.registrations = registrations;
        this.form = form;
        this.catalog = catalog;
        this.callers = callers;
    }

    /**
     * @param name its tools are called by it, a dot, and their own name
     * @param kind {@code http}, or {@code external} for tools that somebody else carries out
     * @param baseUrl every request goes below it; none for {@code external}
     * @param document OpenAPI 3.0 or 3.1; for {@code external} what an MCP server would answer to {@code tools/list}. JSON or YAML,
     *     as text
     * @param credential added to each request after the decision; agents never see it, and no answer shows it again
     * @param allowPrivateAddresses the service is inside: private addresses and plain HTTP are accepted
     * @param idempotent operation ids; a request repeated with the same Idempotency-Key has no further effect there
     * @param delivery how calls are brought to the service: permits, breaker, repeats
     * @param extracts by tool and name: what of a result is kept for later rules
     * @param labels by tool: what every result may carry, for example {@code untrusted}
     * @param provenance by tool: which fields of a result can be trusted; outsiders can write all others
     * @param effects by tool: what its calls do; of what is not said, rules presume the worst
     * @param timeout of one request, for example {@code 5s}
     * @param maxResponse longest answer, for example {@code 1M}
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
            @Nullable String maxResponse) {}

    /** A header of every request. */
    record Header(@Nullable String header, @Nullable String value) {
        @Override
        public String toString() {
            return "Header[" + header + "]";
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

    /** @param skipped operations that became no tool, each with the reason */
    record Registered(String name, List<Tool> tools, List<String> skipped) {}

    /** @param digest of the whole definition, as it is pinned */
    record Tool(String name, String digest, String description) {
        static Tool of(ToolDefinition definition) {
            return new Tool(definition.name().value(), definition.digest().value(), definition.description());
        }
    }

    /**
     * @param status {@code pinned}, {@code pending} while this replica reads it, or {@code refused} if its row is not what its
     *     entry says
     * @param index of its entry in the log
     * @param health {@code status} is {@code up}, {@code failing} or {@code unknown}, as far as this replica has seen; {@code since}
     *     and {@code why} if it fails
     */
    record Shown(
            String name,
            String status,
            long index,
            Optional<String> kind,
            Optional<String> baseUrl,
            Optional<JsonObject> health,
            Optional<JsonObject> delivery,
            Optional<JsonObject> extracts,
            Optional<JsonObject> labels,
            Optional<JsonObject> provenance,
            Optional<JsonObject> effects,
            List<Tool> tools) {

        static Shown of(String name, Standing standing) {
            if (standing instanceof Standing.Pinned pinned) {
                ConnectorSettings settings = pinned.connector().settings();
                return new Shown(
                        name,
                        "pinned",
                        pinned.index(),
                        Optional.of(settings.kind()),
                        Optional.of(settings.baseUrl().toString()),
                        ConnectorHealth.of(standing).map(ConnectorHealth::toJson),
                        Optional.of(settings.delivery().toJson()),
                        Optional.of(settings.extractsToJson()),
                        Optional.of(settings.labelsToJson()),
                        Optional.of(settings.provenanceToJson()),
                        Optional.of(settings.effectsToJson()),
                        pinned.tools().values().stream()
                                .map(tool -> Tool.of(tool.definition()))
                                .toList());
            }
            return new Shown(
                    name,
                    standing instanceof Standing.Pending ? "pending" : "refused",
                    standing.index(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());
        }
    }

    @POST
    @RolesAllowed("operator")
    @Operation(summary = "Register a connector, or replace the one of that name, and pin its tools")
    @APIResponse(responseCode = "201", description = "Its tools are pinned")
    @APIResponse(responseCode = "422", description = "It cannot be used; 'problems' says why")
    public Uni<RestResponse<Registered>> register(Registration registration) {
        return registrations
                .register(Actor.of(callers.principal()), form.settings(registration), form.credential(registration))
                .map(ready -> RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, registered(ready))
                        .location(URI.create(
                                "/v1/connectors/" + ready.connector().settings().name()))
                        .build());
    }

    @GET
    @RolesAllowed({"operator", "auditor"})
    @Operation(summary = "The connectors there are, by name")
    public Page<Shown> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        List<Map.Entry<String, Standing>> rows = catalog.standings().entrySet().stream()
                .filter(standing -> standing.getKey().compareTo(page.after()) > 0)
                .limit(page.rows())
                .toList();
        return page.of(rows, Map.Entry::getKey, row -> Shown.of(row.getKey(), row.getValue()));
    }

    @GET
    @Path("{name}")
    @RolesAllowed({"operator", "auditor"})
    @Operation(summary = "One connector with its tools")
    @APIResponse(responseCode = "200", description = "The connector, never its credential")
    @APIResponse(responseCode = "404", description = "There is none of this name")
    public Shown find(@PathParam("name") String name) {
        return catalog.standing(name)
                .map(standing -> Shown.of(name, standing))
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

    private static Registered registered(Preparation.Ready ready) {
        return new Registered(
                ready.connector().settings().name(),
                ready.connector().connector().tools().stream().map(Tool::of).toList(),
                ready.skipped());
    }
}
