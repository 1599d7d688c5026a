package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Inbox;
import dev.writ.gateway.envelope.EnvelopeJson;
import dev.writ.gateway.envelope.EnvelopeResource;
import dev.writ.gateway.problem.Problem;
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
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Approvals of several calls: how far each reaches, what has rested on it, and its end. */
@Path(EnvelopesPages.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class EnvelopesPages {

    static final String PATH = Console.ROOT + "/envelopes";

    private static final int ON_A_PAGE = 25;
    private static final int USES_ON_A_PAGE = 50;
    private static final String EVERY = "all";

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance envelopes(Frame frame, Asked asked, List<EnvelopeJson> envelopes, String next);

        static native TemplateInstance envelope(Frame frame, EnvelopeView view);
    }

    /** What was looked for. */
    record Asked(String state, String agent) {

        public List<String> states() {
            return List.of("live", "proposed", "used", "expired", "revoked", EVERY);
        }

        public boolean isFiltered() {
            return !state.equals("live") || !agent.isEmpty();
        }

        String path() {
            return PATH + "?state=" + UrlPart.path(state) + (agent.isEmpty() ? "" : "&agent=" + UrlPart.path(agent));
        }
    }

    private final Pages pages;
    private final EnvelopeResource envelopes;
    private final Inbox inbox;

    EnvelopesPages(Pages pages, EnvelopeResource envelopes, Inbox inbox) {
        this.pages = pages;
        this.envelopes = envelopes;
        this.inbox = inbox;
    }

    static String path(String id) {
        return PATH + "/" + UrlPart.path(id);
    }

    @GET
    @RolesAllowed({"approver", "auditor", "operator", "admin"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request,
            @QueryParam("state") @Nullable String state,
            @QueryParam("agent") @Nullable String agent,
            @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.ENVELOPES, "Envelopes");
        Asked asked = new Asked(
                given(state).orElse("live"), given(agent).map(String::strip).orElse(""));
        return envelopes
                .list(
                        asked.state().equals(EVERY) ? null : asked.state(),
                        asked.agent().isEmpty() ? null : asked.agent(),
                        cursor,
                        ON_A_PAGE)
                .chain(page -> pages.show(Templates.envelopes(
                        frame,
                        asked,
                        page.items(),
                        page.next()
                                .map(next -> asked.path() + "&cursor=" + UrlPart.path(next))
                                .orElse(""))));
    }

    /**
     * The page of one.
     *
     * @param cursor gets further calls that rest on it
     */
    @GET
    @Path("{id}")
    @RolesAllowed({"approver", "auditor", "operator", "admin"})
    public Uni<RestResponse<String>> envelope(
            @Context RoutingContext request,
            @PathParam("id") String id,
            @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.ENVELOPES, "Envelope");
        Inbox.Viewer viewer = inbox.viewer();
        return Uni.combine()
                .all()
                .unis(envelopes.find(id), envelopes.uses(id, cursor, USES_ON_A_PAGE))
                .asTuple()
                .chain(found -> consent(frame, viewer, found.getItem1())
                        .chain(consent -> pages.show(Templates.envelope(
                                frame,
                                new EnvelopeView(
                                        found.getItem1(),
                                        found.getItem2().items(),
                                        found.getItem2().next(),
                                        consent)))));
    }

    private Uni<EnvelopeView.Consent> consent(Frame frame, Inbox.Viewer viewer, EnvelopeJson envelope) {
        boolean isOneMissing = envelope.state().equals("proposed")
                && frame.has("approver")
                && envelope.consents().stream()
                        .noneMatch(consent -> consent.approver().equals(frame.visitor()));
        return isOneMissing
                ? inbox.find(viewer, envelope.call())
                        .map(approval -> consent(frame, viewer, approval))
                        .onFailure(Problem.class)
                        .recoverWithItem(EnvelopeView.Consent.NONE)
                : Uni.createFrom().item(EnvelopeView.Consent.NONE);
    }

    private EnvelopeView.Consent consent(Frame frame, Inbox.Viewer viewer, Approval approval) {
        if (!inbox.isAsked(viewer, approval)) {
            return EnvelopeView.Consent.NONE;
        }
        return approval.isOpenAt(frame.now()) && !inbox.hasViewed(viewer, approval)
                ? EnvelopeView.Consent.UNSEEN
                : EnvelopeView.Consent.of(approval.viewDigest());
    }

    /** Consents to it, by whoever has looked at the call that it was made from, if that still waits. */
    @POST
    @Path("{id}/consent")
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> consent(@Context RoutingContext request, @PathParam("id") String id, Posted form) {
        Frame frame = pages.frame(request, Section.ENVELOPES, "Envelope");
        Inbox.Viewer viewer = inbox.viewer();
        EnvelopeResource.Consenting consenting = new EnvelopeResource.Consenting(
                form.required("reason", "Reason"), form.text("seen").orElse(null));
        return envelopes
                .find(id)
                .chain(envelope -> inbox.find(viewer, envelope.call()))
                .chain(approval -> approval.isOpenAt(frame.now())
                        ? inbox.viewed(
                                viewer,
                                approval.call().toString(),
                                form.text("seen").orElse(""))
                        : Uni.createFrom().item(approval))
                .chain(approval -> envelopes.consent(id, consenting))
                .map(consented -> pages.seeOther(path(id)));
    }

    /** Makes it smaller: fewer uses, or an earlier end. */
    @POST
    @Path("{id}/narrow")
    @RolesAllowed({"approver", "operator", "admin"})
    public Uni<RestResponse<String>> narrow(@PathParam("id") String id, Posted form) {
        return envelopes
                .narrow(
                        id,
                        new EnvelopeResource.Narrowing(
                                null,
                                form.number("uses", "Uses in all").orElse(null),
                                form.time("until").orElse(null),
                                form.required("reason", "Reason")))
                .map(narrowed -> pages.seeOther(path(id)));
    }

    /** Ends it; its page then says what had rested on it. */
    @POST
    @Path("{id}/revoke")
    @RolesAllowed({"approver", "operator", "admin"})
    public Uni<RestResponse<String>> revoke(@PathParam("id") String id, Posted form) {
        return envelopes
                .revoke(id, form.required("reason", "Reason"), USES_ON_A_PAGE)
                .map(revoked -> pages.seeOther(path(id) + "#uses"));
    }

    private static Optional<String> given(@Nullable String text) {
        return Optional.ofNullable(text).filter(typed -> !typed.isBlank());
    }
}
