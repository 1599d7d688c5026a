package dev.writ.gateway.console;

import dev.writ.gateway.policy.PolicyLifeResource;
import dev.writ.gateway.policy.PolicyResource;
import dev.writ.gateway.wire.Page;
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
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The bundles that were published, by name. */
@Path(PoliciesPage.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class PoliciesPage {

    static final String PATH = Console.ROOT + "/policies";

    private static final int SHOWN = 200;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance policies(
                Frame frame, List<Named> bundles, Optional<String> next, boolean observed);
    }

    private final Pages pages;
    private final PolicyResource policies;
    private final PolicyLifeResource life;

    PoliciesPage(Pages pages, PolicyResource policies, PolicyLifeResource life) {
        this.pages = pages;
        this.policies = policies;
        this.life = life;
    }

    /** @param versions newest first */
    record Named(String name, List<PolicyResource.Shown> versions) {

        /** Whether there is a version that decides, so that there may be one to go back to. */
        public boolean isInUse() {
            return versions.stream().anyMatch(version -> !version.state().equals("inactive"));
        }
    }

    @GET
    @RolesAllowed({"author", "reviewer", "auditor", "operator"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request, @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.POLICIES, "Policies");
        Page<PolicyResource.Shown> page = policies.list(cursor, SHOWN);
        Map<String, List<PolicyResource.Shown>> byName = page.items().stream()
                .collect(Collectors.groupingBy(PolicyResource.Shown::name, TreeMap::new, Collectors.toList()));
        List<Named> named = byName.entrySet().stream()
                .map(one -> new Named(one.getKey(), one.getValue()))
                .toList();
        boolean observed = page.items().stream().anyMatch(PoliciesPage::observes);
        return pages.show(Templates.policies(frame, named, page.next(), observed));
    }

    private static boolean observes(PolicyResource.Shown bundle) {
        return bundle.observe()
                && (bundle.state().equals("active") || bundle.state().equals("canary"));
    }

    @POST
    @Path("names/{name}/roll-back")
    @RolesAllowed("reviewer")
    public Uni<RestResponse<String>> rollBack(@PathParam("name") String name, Posted form) {
        return life.rollBack(name).map(taken -> pages.seeOther(PATH));
    }
}
