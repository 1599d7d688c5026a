package dev.writ.gateway.catalog;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where operators look at what MCP servers and agents changed, and decide. */
@Path("/v1/connectors/{name}/quarantine")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Connectors")
public class QuarantineResource {

    private final Reviews reviews;
    private final KnownNames names;
    private final Callers callers;

    QuarantineResource(Reviews reviews, KnownNames names, Callers callers) {
        this.reviews = reviews;
        this.names = names;
        this.callers = callers;
    }

    /**
     * What is held of a connector.
     *
     * @param items what is held, oldest first
     */
    public record Listed(List<Item> items) {}

    /**
     * A definition that is not the pinned one.
     *
     * @param digest of what the server offers now, as it wrote it; names it in the paths below
     * @param kind {@code tool}, {@code prompt}, {@code resource}, or {@code card} of an agent, which is about all of its tools
     * @param name as the server calls it; of a card its URL
     * @param tool as calls name it
     * @param reason {@code added}, {@code changed}, {@code gone}, or {@code doubled}: listed more than once
     * @param state {@code pending}; {@code returned} if the server offers again what is pinned; {@code rejected}
     * @param denied whether calls of the tool are denied
     * @param since when it was found
     * @param index of its entry in the log
     * @param diff what differs, what is read most first; an item whose member has no {@code /} says how many more there are. Characters
     *     that nobody sees are written as {@code <U+200B>}
     * @param warnings what to look at twice in what the server offers now
     */
    public record Item(
            String digest,
            String kind,
            String name,
            Optional<String> tool,
            String reason,
            String state,
            boolean denied,
            Instant since,
            long index,
            List<DefinitionDiff.Change> diff,
            List<String> warnings,
            Optional<JsonObject> pinned,
            Optional<JsonObject> live) {}

    /**
     * What an operator says of a definition that is held.
     *
     * @param reason why, for those who read the log
     * @param kind {@code tool}, {@code prompt} or {@code resource}, where definitions of several kinds have the digest
     */
    public record Decision(
            @Nullable String reason, @Nullable String kind) {

        @Override
        public String toString() {
            return "Decision[]";
        }
    }

    /**
     * That a definition was turned down.
     *
     * @param index of its entry in the log
     */
    public record Rejected(long index) {}

    @GET
    @RolesAllowed({"operator", "auditor"})
    @Operation(summary = "What a connector's server offers otherwise than it is pinned")
    @APIResponse(
            responseCode = "200",
            description = "Both definitions of each, what differs, and what to look at twice")
    @APIResponse(responseCode = "404", description = "There is no connector of this name")
    public Uni<Listed> list(@PathParam("name") String name) {
        return reviews.held(name)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(held ->
                        new Listed(held.stream().map(shown -> item(name, shown)).toList()));
    }

    @POST
    @Path("{digest}/approve")
    @RolesAllowed("operator")
    @Operation(summary = "Pin what the server offers now")
    @APIResponse(responseCode = "200", description = "It is pinned; what else is held stays held")
    @APIResponse(responseCode = "404", description = "Nothing of this digest is held now")
    @APIResponse(responseCode = "409", description = "It has just changed again, or cannot be approved")
    public Uni<ConnectorResource.Registered> approve(
            @PathParam("name") String name, @PathParam("digest") String digest, Decision decision) {
        return reviews.approve(
                        Actor.of(callers.principal()),
                        name,
                        digest,
                        kind(decision),
                        RequestFields.reason(decision == null ? null : decision.reason()))
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(ready -> ConnectorResource.registered(ready, names));
    }

    @POST
    @Path("{digest}/reject")
    @RolesAllowed("operator")
    @Operation(summary = "Keep what is pinned; its calls are allowed again once the server offers it again")
    @APIResponse(responseCode = "200", description = "It is recorded")
    @APIResponse(responseCode = "404", description = "Nothing of this digest is held now")
    @APIResponse(responseCode = "409", description = "It has just changed again")
    public Uni<Rejected> reject(@PathParam("name") String name, @PathParam("digest") String digest, Decision decision) {
        return reviews.reject(
                        Actor.of(callers.principal()),
                        name,
                        digest,
                        kind(decision),
                        RequestFields.reason(decision == null ? null : decision.reason()))
                .map(Rejected::new);
    }

    private Item item(String connector, Reviews.Shown shown) {
        Held held = shown.held();
        Optional<JsonObject> pinned = shown.definition("pinned");
        Optional<JsonObject> live = shown.definition("live");
        return new Item(
                held.digest().value(),
                held.kind().text(),
                held.own(),
                held.tool().map(ToolName::value),
                held.reason().text(),
                held.state(),
                held.denies(),
                shown.entry().at(),
                held.index(),
                DefinitionDiff.of(pinned.orElse(JsonObject.empty()), live.orElse(JsonObject.empty())),
                live.map(definition -> DefinitionWarnings.of(definition, names.besides(connector, held.own())))
                        .orElse(List.of()),
                pinned,
                live);
    }

    private static Optional<Deviation.Kind> kind(@Nullable Decision decision) {
        return Optional.ofNullable(decision)
                .flatMap(said -> Optional.ofNullable(said.kind()))
                .map(said -> Stream.of(Deviation.Kind.values())
                        .filter(kind -> kind.text().equals(said))
                        .findFirst()
                        .orElseThrow(
                                () -> new Problem(ProblemType.MALFORMED, "'kind' is tool, prompt, resource or card.")));
    }
}
