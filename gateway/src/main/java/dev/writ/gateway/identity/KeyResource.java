package dev.writ.gateway.identity;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.wire.Page;
import io.quarkus.panache.common.Sort;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where administrators make and end keys. */
@Path("/v1/keys")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Keys")
public class KeyResource {

    private final Keys keys;
    private final KeyRows rows;
    private final Directory directory;
    private final GovernedState state;
    private final Callers callers;
    private final KeyForms forms;
    private final KeyUse use;
    private final IdentityConfig config;
    private final InstantSource clock;

    KeyResource(
            Keys keys,
            KeyRows rows,
            Directory directory,
            GovernedState state,
            Callers callers,
            KeyForms forms,
            KeyUse use,
            IdentityConfig config,
            InstantSource clock) {
        this.keys = keys;
        this.rows = rows;
        this.directory = directory;
        this.state = state;
        this.callers = callers;
        this.forms = forms;
        this.use = use;
        this.config = config;
        this.clock = clock;
    }

    /**
     * @param key the whole key, shown this once; absent if a token or a certificate proves it
     * @param replaces the key that it takes over from, and when that one ends
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Created(
            String id,
            Optional<String> key,
            String principal,
            Set<String> roles,
            Instant expiresAt,
            Optional<String> replaces,
            Optional<Instant> replacedEndsAt) {}

    /**
     * @param overlap how long the old key works on, such as {@code 24h}, or {@code now} to end it at once
     * @param expiresIn of the new key
     */
    record Rotation(@Nullable String overlap, @Nullable String expiresIn) {}

    /**
     * A key, without its secret.
     *
     * @param subjects pseudonyms
     * @param person a pseudonym
     * @param tools it may be used for; none means all
     * @param token whose word it is, if a token proves it
     * @param certificate its name, if a certificate does
     * @param lastUsed as this replica remembers, to the minute; absent if it was not used here since the start
     * @param state {@code active}, {@code expired}, {@code revoked}, or {@code distrusted} if its row is not what its entry says
     */
    public record Shown(
            String id,
            String principal,
            Set<String> roles,
            Set<String> subjects,
            Set<String> groups,
            Optional<String> person,
            Set<String> tools,
            Optional<KeyForms.TokenForm> token,
            Optional<String> certificate,
            Optional<String> purpose,
            Instant expiresAt,
            Optional<Instant> lastUsed,
            String state) {}

    @POST
    @RolesAllowed({"admin", Bootstrap.ROLE})
    @Operation(summary = "Make a key")
    @APIResponse(responseCode = "201", description = "The key, shown this once")
    @APIResponse(
            responseCode = "422",
            description = "The roles do not go together or with the groups, or the agent is not registered")
    public Uni<RestResponse<Created>> create(KeyForms.Creation creation) {
        return keys.issue(callers.key(), forms.asked(creation))
                .map(issued -> created(issued, Optional.empty(), Optional.empty()));
    }

    @POST
    @Path("{id}/rotate")
    @RolesAllowed("admin")
    @Operation(summary = "Make a key with the same rights that takes over; the old one ends after a while")
    @APIResponse(responseCode = "201", description = "The key, shown this once")
    @APIResponse(responseCode = "404", description = "There is no such key, or it was revoked")
    @APIResponse(responseCode = "409", description = "It has expired, or another took over already")
    public Uni<RestResponse<Created>> rotate(@PathParam("id") String id, Rotation rotation) {
        Duration overlap = Optional.ofNullable(rotation.overlap())
                .map(text -> text.equals("now")
                        ? Duration.ZERO
                        : Lifetime.parse("overlap", text, config.maxRotationOverlap()))
                .orElse(config.rotationOverlap());
        return keys.rotate(callers.key(), id, overlap, forms.lifetime(rotation.expiresIn()))
                .map(issued ->
                        created(issued, Optional.of(id), directory.key(id).map(ApiKey::expiresAt)));
    }

    private static RestResponse<Created> created(
            Keys.Issued issued, Optional<String> replaces, Optional<Instant> replacedEndsAt) {
        return RestResponse.ResponseBuilder.create(
                        RestResponse.Status.CREATED,
                        new Created(
                                issued.key().id(),
                                issued.presented().map(PresentedKey::reveal),
                                issued.key().principal(),
                                issued.key().roleNames(),
                                issued.key().expiresAt(),
                                replaces,
                                replacedEndsAt))
                .location(URI.create("/v1/keys/" + issued.key().id()))
                .header("Cache-Control", "no-store")
                .build();
    }

    @GET
    @RolesAllowed("admin")
    @Operation(summary = "The keys there are, never their secrets")
    public Uni<Page<Shown>> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        return state.rows(() -> rows.find("id > ?1", Sort.by("id"), page.after())
                        .range(0, page.rows() - 1)
                        .list())
                .map(found -> page.of(found, row -> row.id, this::shown));
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed("admin")
    @Operation(summary = "End a key; no call it submits is allowed any more")
    @APIResponse(responseCode = "204", description = "It has ended, now or earlier")
    public Uni<Void> revoke(@PathParam("id") String id) {
        return keys.revoke(callers.key(), id);
    }

    private Shown shown(KeyRow row) {
        Optional<ApiKey> registered = directory.key(row.id);
        return new Shown(
                row.id,
                row.principal,
                new TreeSet<>(row.roleNames()),
                new TreeSet<>(row.subjectPseudonyms()),
                new TreeSet<>(row.groupNames()),
                Optional.of(row.person).filter(person -> !person.isEmpty()),
                new TreeSet<>(row.toolPatterns()),
                registered.flatMap(key -> KeyForms.TokenForm.of(key.proof())),
                registered.flatMap(key -> key.proof()
                        .fold(
                                secret -> Optional.empty(),
                                token -> Optional.empty(),
                                certificate -> Optional.of(certificate.name()))),
                Optional.of(row.purpose).filter(purpose -> !purpose.isEmpty()),
                registered.map(ApiKey::expiresAt).orElse(row.expiresAt),
                use.last(row.id),
                standing(row));
    }

    private String standing(KeyRow row) {
        if (row.revoked) {
            return "revoked";
        }
        return directory
                .key(row.id)
                .map(key -> key.isExpiredAt(clock.instant()) ? "expired" : "active")
                .orElse("distrusted");
    }
}
