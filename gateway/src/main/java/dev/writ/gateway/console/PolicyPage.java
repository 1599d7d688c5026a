package dev.writ.gateway.console;

import dev.writ.gateway.policy.Flips;
import dev.writ.gateway.policy.PolicyFindingsResource;
import dev.writ.gateway.policy.PolicyInspectionResource;
import dev.writ.gateway.policy.PolicyLifeResource;
import dev.writ.gateway.policy.PolicyResource;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** One version of a bundle: what it says, what differs from another, what it would change, and the steps that it can take. */
@Path(PoliciesPage.PATH + "/{digest}")
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class PolicyPage {

    private static final int CALLS = 10;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance policy(
                Frame frame,
                PolicyResource.Shown bundle,
                Map<String, String> files,
                List<PolicyResource.Shown> others,
                Optional<Differences> differences,
                Optional<Flips.Listing> flips);

        static native TemplateInstance policyInspected(Frame frame, PolicyInspectionResource.Inspected inspected);
    }

    private final Pages pages;
    private final PolicyResource policies;
    private final PolicyLifeResource life;
    private final PolicyFindingsResource findings;
    private final PolicyInspectionResource inspections;

    PolicyPage(
            Pages pages,
            PolicyResource policies,
            PolicyLifeResource life,
            PolicyFindingsResource findings,
            PolicyInspectionResource inspections) {
        this.pages = pages;
        this.policies = policies;
        this.life = life;
        this.findings = findings;
        this.inspections = inspections;
    }

    /** What differs from another version, rule by rule and line by line. */
    record Differences(PolicyResource.Shown against, List<ChangedRule> rules) {

        static Differences of(PolicyResource.Shown against, PolicyFindingsResource.Differences found) {
            return new Differences(
                    against,
                    found.rules().stream()
                            .map(rule -> new ChangedRule(
                                    rule.rule(),
                                    LineDiff.of(
                                            rule.before().orElse(""),
                                            rule.after().orElse(""))))
                            .toList());
        }
    }

    record ChangedRule(String rule, List<LineDiff.Line> lines) {}

    @GET
    @RolesAllowed({"author", "reviewer", "auditor", "operator"})
    public Uni<RestResponse<String>> show(
            @Context RoutingContext request,
            @PathParam("digest") String digest,
            @QueryParam("against") @Nullable String against) {
        Frame frame = pages.frame(request, Section.POLICIES, "Policy");
        return policies.find(digest).chain(bundle -> {
            List<PolicyResource.Shown> others = policies.versions(bundle.name()).stream()
                    .filter(other -> !other.digest().equals(bundle.digest()))
                    .toList();
            Optional<PolicyResource.Shown> compared = compared(others, against);
            return Uni.combine()
                    .all()
                    .unis(differences(bundle, compared), flips(bundle))
                    .asTuple()
                    .chain(found -> pages.show(Templates.policy(
                            frame.titled(bundle.name() + " " + bundle.version()),
                            bundle,
                            new TreeMap<>(bundle.files().orElse(Map.of())),
                            others,
                            found.getItem1(),
                            found.getItem2())));
        });
    }

    /** The version that was asked for, or else the one that decides now. */
    private static Optional<PolicyResource.Shown> compared(
            List<PolicyResource.Shown> others, @Nullable String against) {
        return others.stream()
                .filter(other -> against == null
                        ? other.state().equals("active")
                        : other.digest().equals(against))
                .findFirst();
    }

    private Uni<Optional<Differences>> differences(
            PolicyResource.Shown bundle, Optional<PolicyResource.Shown> compared) {
        return compared.filter(other -> bundle.rules().isPresent())
                .map(other -> findings.differences(bundle.digest(), other.digest())
                        .map(found -> Optional.of(Differences.of(other, found)))
                        // The other one cannot be used any more; its own page says why.
                        .onFailure(Problem.class)
                        .recoverWithItem(Optional.empty()))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    private Uni<Optional<Flips.Listing>> flips(PolicyResource.Shown bundle) {
        return findings.flips(bundle.digest(), CALLS)
                .map(found -> Optional.of(found).filter(listing -> listing.compared() > 0 || isTried(bundle)));
    }

    private static boolean isTried(PolicyResource.Shown bundle) {
        return bundle.state().equals("shadow") || bundle.state().equals("canary");
    }

    /** Part of the page that takes as long as compiling: what lint and the cases say. */
    @GET
    @Path("inspected")
    @RolesAllowed({"author", "reviewer"})
    public Uni<RestResponse<String>> inspected(@Context RoutingContext request, @PathParam("digest") String digest) {
        Frame frame = pages.frame(request, Section.POLICIES, "What lint and the cases say");
        return policies.find(digest)
                .chain(bundle -> inspections.inspect(
                        new PolicyResource.Publishing(bundle.files().orElse(Map.of()))))
                .chain(inspected -> pages.show(Templates.policyInspected(frame, inspected)));
    }

    @POST
    @Path("{step}")
    @RolesAllowed({"author", "reviewer"})
    public Uni<RestResponse<String>> step(
            @PathParam("digest") String digest, @PathParam("step") String step, Posted form) {
        return taken(digest, step, form).map(taken -> pages.seeOther(PoliciesPage.PATH + "/" + digest));
    }

    private Uni<PolicyLifeResource.Taken> taken(String digest, String step, Posted form) {
        return switch (step) {
            case "shadow" -> life.shadow(digest);
            case "unshadow" -> life.unshadow(digest);
            case "approve" -> life.approve(digest);
            case "canary" ->
                life.canary(
                        digest,
                        new PolicyLifeResource.Share(
                                form.number("percent", "percent").orElse(null),
                                form.number("band", "band").orElse(null)));
            case "activate" -> life.activate(digest);
            case "deactivate" -> life.deactivate(digest);
            default -> throw new Problem(ProblemType.NOT_FOUND, "There is no such step. Nothing was done.");
        };
    }
}
