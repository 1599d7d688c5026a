package dev.writ.gateway.policy;

import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.model.Digest;
import dev.writ.rules.PolicyEngine;
import dev.writ.rules.RuleInfo;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where security teams publish rules and make them decide. */
@Path("/v1/policies")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Policies")
public class PolicyResource {

    private static final int MOST_VERSIONS = 200;

    private final Policies policies;
    private final PolicyLife life;
    private final ActivePolicy policy;
    private final CompiledBundles compiled;
    private final BundleRows rows;
    private final Callers callers;

    PolicyResource(
            Policies policies,
            PolicyLife life,
            ActivePolicy policy,
            CompiledBundles compiled,
            BundleRows rows,
            Callers callers) {
        this.policies = policies;
        this.life = life;
        this.policy = policy;
        this.compiled = compiled;
        this.rows = rows;
        this.callers = callers;
    }

    /**
     * The bundle to publish.
     *
     * @param files text by path inside the bundle: bundle.yaml, rules as *.drl, tables as *.csv and, in base64, *.xlsx, cases as cases/*.yaml
     */
    public record Publishing(@Nullable Map<String, String> files) {}

    /**
     * The bundle that is published now.
     *
     * @param digest names exactly these files
     */
    public record Made(String name, String version, String digest) {}

    /**
     * One rule.
     *
     * @param tools whose calls it may be about; none if any in the bundle's scope
     * @param effect {@code allow}, {@code deny} or {@code escalate}
     */
    public record Listed(
            String name,
            List<String> owners,
            List<String> controls,
            List<String> tools,
            String effect,
            String file,
            int line) {

        static Listed of(RuleInfo rule) {
            return new Listed(
                    rule.name(),
                    rule.owners(),
                    rule.controls(),
                    rule.tools(),
                    rule.effect().text(),
                    rule.file(),
                    rule.line());
        }
    }

    /**
     * A published bundle.
     *
     * @param state {@code active}, {@code canary}, {@code shadow} or {@code inactive}
     * @param observe whether it allows every call in its scope that no other bundle speaks of
     * @param canary the share of identities that it decides for; absent unless it is a canary
     * @param index of the entry that published it
     * @param rules as they are evaluated, in canonical form; absent if the bundle cannot be used
     * @param ruleList the same rules one by one: owners, controls, tools, effect and place of each; absent as {@code rules} is
     * @param life what became of it, oldest first; absent in a list
     */
    public record Shown(
            String name,
            String version,
            String digest,
            String state,
            boolean observe,
            Optional<Share> canary,
            String publishedBy,
            Instant publishedAt,
            long index,
            Optional<Map<String, String>> files,
            Optional<String> rules,
            Optional<List<Listed>> ruleList,
            Optional<List<Lived>> life) {}

    /**
     * The share of identities that a canary decides for.
     *
     * @param alarmed whether it left its band, and waits for a person to roll it back, or to go on
     */
    public record Share(int percent, boolean alarmed) {}

    /**
     * One step.
     *
     * @param index of its entry
     * @param step kind of that entry
     * @param actor who let it take the step; {@code writ} if it was Writ itself
     */
    public record Lived(long index, Instant at, String step, String actor) {

        static Lived of(Step step) {
            return new Lived(step.recorded().index(), step.at(), step.kind(), step.actor());
        }
    }

    @POST
    @RolesAllowed("author")
    @Operation(summary = "Publish a bundle, for good; it decides nothing until it is activated")
    @APIResponse(responseCode = "201", description = "Published")
    @APIResponse(responseCode = "200", description = "It was published earlier")
    @APIResponse(responseCode = "409", description = "Its version was published with other content")
    @APIResponse(responseCode = "422", description = "It cannot be used; 'problems' names file, line and column")
    public Uni<RestResponse<Made>> publish(Publishing publishing) {
        Map<String, String> files = Optional.ofNullable(publishing.files())
                .filter(texts -> !texts.isEmpty() && texts.values().stream().allMatch(Objects::nonNull))
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED, "'files' holds the text of each file by its path in the bundle."));
        return policies.publish(callers.approver(), files)
                .map(published -> RestResponse.ResponseBuilder.create(
                                published.isNew() ? RestResponse.Status.CREATED : RestResponse.Status.OK,
                                new Made(
                                        published.name().name(),
                                        published.name().version(),
                                        published.digest().value()))
                        .location(URI.create("/v1/policies/" + published.digest()))
                        .build());
    }

    @GET
    @RolesAllowed({"author", "reviewer", "auditor", "operator"})
    @Operation(summary = "The published bundles, newest first")
    public Page<Shown> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        BundleState state = policy.state();
        long below = below(page.after());
        List<Published> bundles = state.newestFirst().stream()
                .filter(bundle -> bundle.index() < below)
                .limit(page.rows())
                .toList();
        return page.of(
                bundles,
                bundle -> Long.toString(bundle.index()),
                bundle -> shown(state, bundle, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    /** The newest versions of the bundle of that name, 200 at most, as a list shows them. */
    public List<Shown> versions(String name) {
        BundleState state = policy.state();
        return state.newestFirst().stream()
                .filter(bundle -> bundle.name().name().equals(name))
                .limit(MOST_VERSIONS)
                .map(bundle -> shown(state, bundle, Optional.empty(), Optional.empty(), Optional.empty()))
                .toList();
    }

    @GET
    @Path("{digest}")
    @RolesAllowed({"author", "reviewer", "auditor", "operator"})
    @Operation(summary = "One bundle with its files, its rules as they are evaluated, and its life")
    @APIResponse(responseCode = "200", description = "The bundle; without files if its row is not what its entry says")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    public Uni<Shown> find(@PathParam("digest") String digest) {
        Published published = life.find(digest(digest));
        BundleState state = policy.state();
        return rows.stored(published.digest())
                .map(row -> row.flatMap(stored -> stored.files(published)))
                .chain(files -> compiled.compile(published)
                        .map(result -> shown(
                                state,
                                published,
                                files,
                                result.engine(),
                                Optional.of(state.steps(published.digest()).stream()
                                        .map(Lived::of)
                                        .toList()))));
    }

    private static Shown shown(
            BundleState state,
            Published bundle,
            Optional<Map<String, String>> files,
            Optional<PolicyEngine> engine,
            Optional<List<Lived>> life) {
        return new Shown(
                bundle.name().name(),
                bundle.name().version(),
                bundle.digest().value(),
                state.stateOf(bundle),
                bundle.isObserving(),
                state.line(bundle.name().name())
                        .canary()
                        .filter(canary -> canary.digest().equals(bundle.digest()))
                        .map(canary -> new Share(canary.percent(), canary.alarmed())),
                bundle.by(),
                bundle.recorded().entry().at(),
                bundle.index(),
                files,
                engine.map(PolicyEngine::canonicalRules),
                engine.map(rules -> rules.rules().stream().map(Listed::of).toList()),
                life);
    }

    private static long below(String cursor) {
        if (!cursor.isEmpty() && !cursor.matches("\\d{1,18}")) {
            throw new Problem(ProblemType.MALFORMED, "'cursor' is the 'next' of another page.");
        }
        return cursor.isEmpty() ? Long.MAX_VALUE : Long.parseLong(cursor);
    }

    static Digest digest(String text) {
        return Optional.of(text)
                .filter(Digest::isWellFormed)
                .map(Digest::new)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND, "There is no bundle with this digest. GET /v1/policies lists them."));
    }
}
