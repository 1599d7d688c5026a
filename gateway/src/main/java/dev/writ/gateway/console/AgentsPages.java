package dev.writ.gateway.console;

import dev.writ.gateway.identity.AgentResource;
import dev.writ.gateway.identity.KeyResource;
import dev.writ.gateway.policy.KillSwitchResource;
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
import java.util.TreeSet;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Agents: who answers for them, what they did in the last day, their keys, and what stops them. */
@Path(AgentsPages.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class AgentsPages {

    static final String PATH = Console.ROOT + "/agents";

    private static final int SHOWN = 200;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance agents(
                Frame frame,
                List<Row> agents,
                boolean listed,
                Optional<String> next,
                Optional<List<KillSwitchResource.Engaged>> stopped);

        static native TemplateInstance keys(Frame frame, List<KeyResource.Shown> keys, Optional<String> next);
    }

    private final Pages pages;
    private final AgentResource agents;
    private final KeyResource keys;
    private final KillSwitchResource killSwitch;
    private final DayTally tally;

    AgentsPages(Pages pages, AgentResource agents, KeyResource keys, KillSwitchResource killSwitch, DayTally tally) {
        this.pages = pages;
        this.agents = agents;
        this.keys = keys;
        this.killSwitch = killSwitch;
        this.tally = tally;
    }

    /**
     * @param owner empty if the visitor may not know
     * @param calls of the last day; none, where the visitor may not know
     */
    record Row(String name, String owner, String description, DayTally.Counted calls, boolean isStopped) {}

    @GET
    @RolesAllowed({"auditor", "operator", "admin"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request, @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.AGENTS, "Agents");
        boolean registers = frame.has("operator") || frame.has("admin");
        Uni<Page<AgentResource.Shown>> registered =
                registers ? agents.list(cursor, SHOWN) : Uni.createFrom().item(new Page<>(List.of(), Optional.empty()));
        List<KillSwitchResource.Engaged> stopped = killSwitch.state().engaged();
        Uni<Map<String, DayTally.Counted>> calls = frame.has("auditor")
                ? tally.day().map(DayTally.Day::agents)
                : Uni.createFrom().item(Map.of());
        // Agents first: what comes after counting has left the request's context.
        return registered.chain(page -> calls.chain(counted -> pages.show(Templates.agents(
                frame, rows(page.items(), counted, stopped), registers, page.next(), Optional.of(stopped)))));
    }

    private static List<Row> rows(
            List<AgentResource.Shown> registered,
            Map<String, DayTally.Counted> calls,
            List<KillSwitchResource.Engaged> stopped) {
        Map<String, AgentResource.Shown> byName = new TreeMap<>();
        registered.forEach(agent -> byName.put(agent.name(), agent));
        TreeSet<String> names = new TreeSet<>(byName.keySet());
        names.addAll(calls.keySet());
        return names.stream()
                .map(name -> {
                    Optional<AgentResource.Shown> agent = Optional.ofNullable(byName.get(name));
                    return new Row(
                            name,
                            agent.map(AgentResource.Shown::owner).orElse(""),
                            agent.map(AgentResource.Shown::description).orElse(""),
                            calls.getOrDefault(name, DayTally.Counted.NONE),
                            stopped.stream()
                                    .anyMatch(one -> one.scope().equals("agent")
                                            && one.name().filter(name::equals).isPresent()));
                })
                .toList();
    }

    @POST
    @Path("kill-switch")
    @RolesAllowed("operator")
    public Uni<RestResponse<String>> stop(Posted form) {
        return killSwitch
                .change(new KillSwitchResource.Change(
                        form.required("scope", "What"),
                        form.text("name").map(String::strip).orElse(null),
                        form.text("engaged").filter("true"::equals).isPresent(),
                        form.required("reason", "Reason")))
                .map(changed -> pages.seeOther(PATH));
    }

    @GET
    @Path("keys")
    @RolesAllowed("admin")
    public Uni<RestResponse<String>> keys(
            @Context RoutingContext request, @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.AGENTS, "Keys");
        return keys.list(cursor, SHOWN).chain(page -> pages.show(Templates.keys(frame, page.items(), page.next())));
    }

    @POST
    @Path("keys/{id}/revoke")
    @RolesAllowed("admin")
    public Uni<RestResponse<String>> revoke(@PathParam("id") String id, Posted form) {
        return keys.revoke(id).map(revoked -> pages.seeOther(PATH + "/keys"));
    }
}
