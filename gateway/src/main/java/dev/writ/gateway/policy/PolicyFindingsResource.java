package dev.writ.gateway.policy;

import dev.writ.gateway.wire.QueryParameters;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where reviewers see what a version changes: in its rules, and for calls. */
@Path("/v1/policies")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({"author", "reviewer", "auditor", "operator"})
@Tag(name = "Policies")
public class PolicyFindingsResource {

    private static final int CALLS = 20;
    private static final int MOST_CALLS = 1_000;

    private final PolicyLife life;
    private final Flips flips;

    PolicyFindingsResource(PolicyLife life, Flips flips) {
        this.life = life;
        this.flips = flips;
    }

    /**
     * A rule that differs, in canonical form.
     *
     * @param before absent if it is new
     * @param after absent if it is gone
     */
    public record Difference(String rule, Optional<String> before, Optional<String> after) {}

    /**
     * The rules in which two versions differ.
     *
     * @param against digest of the version that it was compared with
     */
    public record Differences(String digest, String against, List<Difference> rules) {}

    @GET
    @Path("{digest}/flips")
    @Operation(
            summary = "The calls that a version in the shadow or in a canary decides otherwise",
            description = "Grouped by rule and direction, the largest group first.")
    @APIResponse(responseCode = "200", description = "What the entries POLICY_COMPARED of this version say so far")
    @APIResponse(responseCode = "400", description = "'limit' is 0 to 1000: calls shown of each group")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    public Uni<Flips.Listing> flips(
            @PathParam("digest") String digest, @QueryParam("limit") @Nullable String limit, @Context UriInfo uri) {
        QueryParameters.require(uri, Set.of("limit"));
        long calls = QueryParameters.number("limit", limit, 0, MOST_CALLS).orElse((long) CALLS);
        return flips(digest, (int) calls);
    }

    /**
     * The same, for whoever is no request.
     *
     * @param calls shown of each group
     */
    public Uni<Flips.Listing> flips(String digest, int calls) {
        return flips.of(life.find(PolicyResource.digest(digest)).digest(), calls);
    }

    @GET
    @Path("{digest}/diff")
    @Operation(summary = "The rules of a version that differ from those of another, as both are evaluated")
    @APIResponse(responseCode = "200", description = "None if both have the same rules")
    @APIResponse(responseCode = "400", description = "'against' is the digest of the other version")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    @APIResponse(responseCode = "422", description = "One of them cannot be used any more")
    public Uni<Differences> diff(
            @PathParam("digest") String digest, @QueryParam("against") @Nullable String against, @Context UriInfo uri) {
        QueryParameters.require(uri, Set.of("against"));
        if (against == null) {
            throw QueryParameters.malformed("'against' is the digest of the other version.");
        }
        return differences(digest, against);
    }

    /** The same, for whoever is no request. */
    public Uni<Differences> differences(String digest, String against) {
        Published after = life.find(PolicyResource.digest(digest));
        Published before = life.find(PolicyResource.digest(against));
        return life.usable(before)
                .chain(old -> life.usable(after)
                        .map(engine -> new Differences(
                                after.digest().value(), before.digest().value(), between(old, engine))));
    }

    private static List<Difference> between(PolicyEngine old, PolicyEngine engine) {
        SortedMap<String, String> before = old.ruleTexts();
        SortedMap<String, String> after = engine.ruleTexts();
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(before.get(name), after.get(name)))
                .map(name -> new Difference(
                        name, Optional.ofNullable(before.get(name)), Optional.ofNullable(after.get(name))))
                .toList();
    }
}
