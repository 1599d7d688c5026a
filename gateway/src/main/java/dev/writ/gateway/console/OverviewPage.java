package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Inbox;
import dev.writ.gateway.wire.Page;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/** Where people arrive: what waits for them, and how the gateway does. */
@Path(Console.ROOT)
@Produces(Pages.HTML)
class OverviewPage {

    private static final int MOST_WAITING = 1_000;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance overview(
                Frame frame, Optional<Waiting> waiting, Optional<Figures.Shown> figures, List<Check> checks);
    }

    /**
     * What waits for the visitor.
     *
     * @param number of them, or at least so many if there is more
     * @param oldest since when the first waits
     */
    record Waiting(int number, boolean isMore, Optional<Instant> oldest, Optional<Instant> nextEnd) {

        static Waiting of(Page<Approval> open) {
            return new Waiting(
                    open.items().size(),
                    open.next().isPresent(),
                    open.items().stream()
                            .map(approval -> approval.escalation().openedAt())
                            .min(Comparator.naturalOrder()),
                    open.items().stream()
                            .map(approval -> approval.escalation().expiresAt())
                            .min(Comparator.naturalOrder()));
        }
    }

    /** One thing that has to be well for the gateway to be ready. */
    record Check(String name, boolean isUp, String note) {

        /** What Quarkus calls its own. */
        private static final String DATABASE = "Reactive PostgreSQL connections health check";

        static Check of(JsonObject check) {
            JsonObject data = check.containsKey("data") ? check.getJsonObject("data") : JsonObject.EMPTY_JSON_OBJECT;
            return new Check(
                    check.getString("name", "").replace(DATABASE, "database"),
                    check.getString("status", "").equals("UP"),
                    data.containsKey("note") ? data.getString("note", "") : "");
        }
    }

    private final Pages pages;
    private final Inbox inbox;
    private final Figures figures;
    private final SmallRyeHealthReporter health;

    OverviewPage(Pages pages, Inbox inbox, Figures figures, SmallRyeHealthReporter health) {
        this.pages = pages;
        this.inbox = inbox;
        this.figures = figures;
        this.health = health;
    }

    @GET
    @RolesAllowed({"author", "reviewer", "approver", "auditor", "operator", "admin"})
    public Uni<RestResponse<String>> overview(@Context RoutingContext request) {
        Frame frame = pages.frame(request, Section.OVERVIEW, "Overview");
        Inbox.Viewer viewer = inbox.viewer();
        boolean seesFigures = frame.has("auditor") || frame.has("operator");
        boolean seesWaiting = seesFigures || frame.has("approver");
        Uni<Optional<Waiting>> waiting = seesWaiting
                ? inbox.list(
                                viewer,
                                Approval.State.OPEN,
                                Optional.empty(),
                                Optional.empty(),
                                Page.Request.of(null, MOST_WAITING))
                        .map(Waiting::of)
                        .map(Optional::of)
                : Uni.createFrom().item(Optional.empty());
        Uni<Optional<Figures.Shown>> shown = seesFigures
                ? figures.read().map(Optional::of)
                : Uni.createFrom().item(Optional.empty());
        return waiting.chain(open -> shown.chain(counted -> health.getReadinessAsync()
                .map(OverviewPage::checks)
                .chain(checks -> pages.show(Templates.overview(frame, open, counted, checks)))));
    }

    private static List<Check> checks(SmallRyeHealth ready) {
        return ready.getPayload().getJsonArray("checks").getValuesAs(JsonObject.class).stream()
                .map(Check::of)
                .sorted(Comparator.comparing(Check::name))
                .toList();
    }
}
