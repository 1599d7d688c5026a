package dev.writ.gateway.console;

import dev.writ.gateway.call.ActivityResource;
import dev.writ.gateway.identity.AgentResource;
import dev.writ.gateway.policy.KillSwitchResource;
import dev.writ.gateway.problem.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateExtension;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/** One agent: who answers for it, what stops it, how much of its budgets is used, and which releases of it have called. */
@Path(AgentsPages.PATH + "/named/{name}")
@Produces(Pages.HTML)
class AgentPage {

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance agent(Frame frame, Agent agent);
    }

    private final Pages pages;
    private final AgentResource agents;
    private final KillSwitchResource killSwitch;
    private final ActivityResource activity;

    AgentPage(Pages pages, AgentResource agents, KillSwitchResource killSwitch, ActivityResource activity) {
        this.pages = pages;
        this.agents = agents;
        this.killSwitch = killSwitch;
        this.activity = activity;
    }

    /**
     * What its page shows.
     *
     * @param registered empty if it is not, or the visitor may not know
     * @param lately empty if the visitor may not know
     */
    record Agent(
            String name,
            Optional<AgentResource.Shown> registered,
            Optional<KillSwitchResource.Engaged> stopped,
            Optional<Lately> lately) {}

    /** What it did, as the log says. */
    record Lately(List<ActivityResource.Budget> budgets, ActivityResource.Releases releases) {}

    @GET
    @RolesAllowed({"auditor", "operator", "admin"})
    public Uni<RestResponse<String>> agent(@Context RoutingContext request, @PathParam("name") String name) {
        Frame frame = pages.frame(request, Section.AGENTS, "Agent");
        Optional<KillSwitchResource.Engaged> stopped = killSwitch.state().engaged().stream()
                .filter(one -> one.scope().equals("agent")
                        && one.name().filter(name::equals).isPresent())
                .findFirst();
        // Both before anything is waited for: what reads the log has left the request's context by the time it answers.
        Uni<Optional<Lately>> lately = frame.has("auditor")
                ? Uni.combine()
                        .all()
                        .unis(activity.budgets(name), activity.releases(name))
                        .with((budgets, releases) -> Optional.of(new Lately(budgets.items(), releases)))
                : Uni.createFrom().item(Optional.empty());
        return registered(frame, name)
                .chain(registered -> lately.chain(
                        found -> pages.show(Templates.agent(frame, new Agent(name, registered, stopped, found)))));
    }

    private Uni<Optional<AgentResource.Shown>> registered(Frame frame, String name) {
        return frame.has("operator") || frame.has("admin")
                ? agents.find(name).map(Optional::of).onFailure(Problem.class).recoverWithItem(Optional.empty())
                : Uni.createFrom().item(Optional.empty());
    }

    /** How far back it is added up. */
    @TemplateExtension
    static String period(ActivityResource.Budget budget) {
        return budget.window()
                .map(window -> "within " + Frame.length(Duration.parse(window)))
                .orElse("ever");
    }

    /** Whose calls are added up. */
    @TemplateExtension
    static String those(ActivityResource.Budget budget) {
        return switch (budget.whose()) {
            case "person" -> "of all agents for the person";
            case "tool" -> "of everybody of this tool";
            case "fleet" -> "of everybody";
            default -> budget.subject().equals("-") ? "of this agent, for nobody" : "of this agent for the person";
        };
    }
}
