package dev.writ.gateway.identity;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.model.Requirement;
import dev.writ.model.Role;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
class KeyResource {

    private static final int LONGEST_PURPOSE = 1_000;
    private static final int MOST_GROUPS = 100;

    private final Keys keys;
    private final KeyRows rows;
    private final Directory directory;
    private final GovernedState state;
    private final Callers callers;
    private final Pseudonyms pseudonyms;
    private final IdentityConfig config;
    private final InstantSource clock;

    KeyResource(
            Keys keys,
            KeyRows rows,
            Directory directory,
            GovernedState state,
            Callers callers,
            Pseudonyms pseudonyms,
            IdentityConfig config,
            InstantSource clock) {
        this.keys = keys;
        this.rows = rows;
        this.directory = directory;
        this.state = state;
        this.callers = callers;
        this.pseudonyms = pseudonyms;
        this.config = config;
        this.clock = clock;
    }

    /**
     * @param principal a registered agent if the key is for one, else a person's or a program's handle
     * @param subjects the persons it may act for; only their pseudonyms are kept
     * @param groups for role approver: as whose member it decides escalations
     * @param person whose key it is, by the identifier that 'subjects' of other keys would use, so that nobody approves what is
     *     done for themselves under another name; only the pseudonym is kept
     * @param expiresIn for example {@code 30d} or {@code PT12H}; 90 days if left out
     * @param purpose what the key is for
     */
    record Creation(
            @Nullable String principal,
            @Nullable List<String> roles,
            @Nullable List<String> subjects,
            @Nullable List<String> groups,
            @Nullable String person,
            @Nullable String expiresIn,
            @Nullable String purpose) {}

    /** @param key the whole key; it is shown this once */
    record Created(String id, String key, String principal, Set<String> roles, Instant expiresAt) {}

    /**
     * @param subjects pseudonyms
     * @param person a pseudonym
     * @param state {@code active}, {@code expired}, {@code revoked}, or {@code distrusted} if its row is not what its entry says
     */
    record Shown(
            String id,
            String principal,
            Set<String> roles,
            Set<String> subjects,
            Set<String> groups,
            Optional<String> person,
            Optional<String> purpose,
            Instant expiresAt,
            String state) {}

    @POST
    @RolesAllowed({"admin", Bootstrap.ROLE})
    @Operation(summary = "Make a key")
    @APIResponse(responseCode = "201", description = "The key, shown this once")
    @APIResponse(
            responseCode = "422",
            description = "The roles do not go together or with the groups, or the agent is not registered")
    public Uni<RestResponse<Created>> create(Creation creation) {
        return keys.issue(callers.key(), asked(creation))
                .map(issued -> RestResponse.ResponseBuilder.create(
                                RestResponse.Status.CREATED,
                                new Created(
                                        issued.key().id(),
                                        issued.presented().reveal(),
                                        issued.key().principal(),
                                        issued.key().roleNames(),
                                        issued.key().expiresAt()))
                        .location(URI.create("/v1/keys/" + issued.key().id()))
                        .header("Cache-Control", "no-store")
                        .build());
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

    private KeyRequest asked(Creation creation) {
        List<String> subjects = Optional.ofNullable(creation.subjects()).orElse(List.of());
        if (subjects.size() > config.maxSubjects()) {
            throw new Problem(ProblemType.MALFORMED, "'subjects' lists " + config.maxSubjects() + " persons at most.");
        }
        return new KeyRequest(
                PrincipalName.parse("principal", creation.principal()),
                Optional.ofNullable(creation.roles()).orElse(List.of()).stream()
                        .map(KeyResource::role)
                        .collect(Collectors.toSet()),
                subjects.stream()
                        .map(subject ->
                                pseudonyms.of(Subject.parse("subjects", subject).id()))
                        .collect(Collectors.toSet()),
                groups(Optional.ofNullable(creation.groups()).orElse(List.of())),
                Optional.ofNullable(creation.person())
                        .map(person ->
                                pseudonyms.of(Subject.parse("person", person).id())),
                Optional.ofNullable(creation.expiresIn())
                        .map(text -> Lifetime.parse("expiresIn", text, config.maxKeyLifetime()))
                        .orElse(config.keyLifetime()),
                Optional.ofNullable(creation.purpose())
                        .filter(purpose -> !purpose.isBlank())
                        .map(KeyResource::purpose));
    }

    private static Role role(@Nullable String text) {
        return Stream.of(Role.values())
                .filter(role -> role.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED,
                        "'roles' names a role that is not there. The roles are "
                                + Stream.of(Role.values()).map(Role::text).collect(Collectors.joining(", "))
                                + "."));
    }

    private static Set<String> groups(List<String> groups) {
        if (groups.size() > MOST_GROUPS
                || groups.stream().anyMatch(group -> group == null || !Requirement.isGroup(group))) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'groups' lists " + MOST_GROUPS
                            + " names at most, of lower-case letters, digits, '.', '_' and '-', each of"
                            + " 64 at most.");
        }
        return Set.copyOf(groups);
    }

    private static String purpose(String text) {
        if (text.length() > LONGEST_PURPOSE) {
            throw new Problem(ProblemType.MALFORMED, "'purpose' has " + LONGEST_PURPOSE + " characters at most.");
        }
        return text;
    }

    private Shown shown(KeyRow row) {
        return new Shown(
                row.id,
                row.principal,
                new TreeSet<>(row.roleNames()),
                new TreeSet<>(row.subjectPseudonyms()),
                new TreeSet<>(row.groupNames()),
                Optional.of(row.person).filter(person -> !person.isEmpty()),
                Optional.of(row.purpose).filter(purpose -> !purpose.isEmpty()),
                row.expiresAt,
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
