package dev.writ.gateway.console;

import dev.writ.audit.LogKeys;
import dev.writ.gateway.auditing.Actors;
import dev.writ.gateway.call.Explanation;
import dev.writ.gateway.call.Explanations;
import dev.writ.gateway.governor.FeedbackResource;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** Everything about one call: why it was decided as it was, by whom it was approved, what came of it, and the proof. */
@Path(DecisionsPage.PATH)
@Produces(Pages.HTML)
class CallPage {

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance call(
                Frame frame, Explanation call, List<DecisionView> decisions, ProofView proof);
    }

    private final Pages pages;
    private final Explanations explanations;
    private final LogKeys keys;
    private final Actors actors;
    private final FeedbackResource feedback;

    CallPage(Pages pages, Explanations explanations, LogKeys keys, Actors actors, FeedbackResource feedback) {
        this.pages = pages;
        this.explanations = explanations;
        this.keys = keys;
        this.actors = actors;
        this.feedback = feedback;
    }

    @GET
    @Path("{call}")
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> call(@Context RoutingContext request, @PathParam("call") String call) {
        Frame frame = pages.frame(request, Section.DECISIONS, "Decision");
        return explanations
                .of(actors.caller(), call)
                .chain(explanation -> pages.show(
                        Templates.call(frame, explanation, newestFirst(explanation), ProofView.of(explanation, keys))));
    }

    @POST
    @Path("{call}/feedback")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> say(@PathParam("call") String call, Posted form) {
        return feedback.say(
                        call,
                        new FeedbackResource.Saying(
                                form.required("verdict", "Verdict"), form.required("reason", "Reason")))
                .map(said -> pages.seeOther(DecisionsPage.PATH + "/" + call + "#entries"));
    }

    private static List<DecisionView> newestFirst(Explanation explanation) {
        return explanation.decisions().stream()
                .sorted(Comparator.comparing(Explanation.Decision::index).reversed())
                .map(DecisionView::of)
                .toList();
    }
}
