package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Ask;
import dev.writ.gateway.approval.Inbox;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.CallId;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The calls that wait for people, and those that did. */
@Path(Console.ROOT + "/approvals")
@Produces(Pages.HTML)
class ApprovalsPage {

    private static final int ON_A_PAGE = 25;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance approvals(Frame frame, Asked asked, List<Item> items, String next);
    }

    /** What the list is filtered by; texts are empty where it is by nothing. */
    record Asked(String state, String agent, String group) {

        public List<String> states() {
            return Stream.of(Approval.State.values()).map(Approval.State::text).toList();
        }

        /** The first page of this. */
        public String path() {
            return Section.APPROVALS.path() + "?state=" + encoded(state) + "&agent=" + encoded(agent) + "&group="
                    + encoded(group);
        }

        public boolean isFiltered() {
            return !agent.isEmpty() || !group.isEmpty() || !state.equals("open");
        }
    }

    /** One line. */
    record Item(
            String id,
            String agent,
            String tool,
            List<String> reasons,
            String groups,
            String progress,
            Instant openedAt,
            Instant expiresAt) {

        static Item of(Approval approval) {
            List<Ask> asks = approval.escalation().asks();
            return new Item(
                    approval.call().toString(),
                    approval.escalation().agent(),
                    approval.escalation().tool().value(),
                    asks.stream().map(Ask::reason).toList(),
                    asks.stream()
                            .map(ask -> ask.requirement().group())
                            .distinct()
                            .collect(Collectors.joining(", ")),
                    asks.stream().mapToInt(approval::granted).sum() + " of "
                            + asks.stream()
                                    .mapToInt(ask -> ask.requirement().approvals())
                                    .sum(),
                    approval.escalation().openedAt(),
                    approval.escalation().expiresAt());
        }
    }

    private final Pages pages;
    private final Inbox inbox;

    ApprovalsPage(Pages pages, Inbox inbox) {
        this.pages = pages;
        this.inbox = inbox;
    }

    @GET
    @RolesAllowed({"approver", "auditor", "operator"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request,
            @QueryParam("state") @Nullable String state,
            @QueryParam("agent") @Nullable String agent,
            @QueryParam("group") @Nullable String group,
            @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.APPROVALS, "Approvals");
        Inbox.Viewer viewer = inbox.viewer();
        Asked asked = new Asked(
                given(state).orElse("open"),
                given(agent).orElse(""),
                given(group).orElse(""));
        return inbox.list(
                        viewer,
                        state(asked.state()),
                        QueryParameters.name("agent", given(agent).orElse(null)),
                        QueryParameters.name("group", given(group).orElse(null)),
                        Page.Request.of(cursor(cursor), ON_A_PAGE))
                .chain(page -> pages.show(Templates.approvals(
                        frame,
                        asked,
                        page.items().stream().map(Item::of).toList(),
                        page.next()
                                .map(next -> asked.path() + "&cursor=" + encoded(next))
                                .orElse(""))));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A field that was left empty filters by nothing. */
    private static Optional<String> given(@Nullable String text) {
        return Optional.ofNullable(text).filter(value -> !value.isBlank());
    }

    private static Approval.State state(String text) {
        return Stream.of(Approval.State.values())
                .filter(state -> state.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new Problem(ProblemType.MALFORMED, "There is no such state."));
    }

    private static @Nullable String cursor(@Nullable String cursor) {
        try {
            return cursor == null ? null : CallId.parse(cursor).toString();
        } catch (IllegalArgumentException none) {
            throw new Problem(
                    ProblemType.MALFORMED, "The page's address is not one of ours. Begin with the first page.");
        }
    }
}
