package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Inbox;
import dev.writ.gateway.approval.Signature;
import dev.writ.gateway.call.EditedCalls;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestResponse;

/** What approvers say to a call that waits. All of it needs that they have looked at the call as it is now. */
@Path(Console.ROOT + "/approvals/{id}")
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ApprovalAnswersPage {

    private static final int MOST_ALIKE = 100;

    private final Pages pages;
    private final Inbox inbox;
    private final EditedCalls edited;
    private final ApprovalDetail detail;

    ApprovalAnswersPage(Pages pages, Inbox inbox, EditedCalls edited, ApprovalDetail detail) {
        this.pages = pages;
        this.inbox = inbox;
        this.edited = edited;
        this.detail = detail;
    }

    /** What is answered to one or several calls. */
    private record Answer(boolean approves, String reason, Optional<Signature> signature) {

        static Answer of(Posted form) {
            boolean approves = switch (form.required("verdict", "Approve or refuse")) {
                case "approve" -> true;
                case "refuse" -> false;
                default -> throw malformed("Approve or refuse. Nothing was recorded.");
            };
            return new Answer(
                    approves,
                    form.required("reason", "Reason"),
                    Signature.of(
                            form.text("assertion").map(Answer::signed).orElse(null),
                            form.text("statement").map(Answer::signed).orElse(null)));
        }

        private static JsonObject signed(String text) {
            return object(text).orElseThrow(() -> malformed("That is no signature. Nothing was recorded."));
        }
    }

    /** Approves or refuses it, and those like it that were ticked: each is answered, and recorded, by itself. */
    @POST
    @Path("answer")
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> answer(@Context RoutingContext request, @PathParam("id") String id, Posted form) {
        Frame frame = frame(request);
        Inbox.Viewer viewer = inbox.viewer();
        Answer answer = Answer.of(form);
        String seen = seen(form);
        List<String> also = form.all("also");
        if (also.size() > MOST_ALIKE) {
            throw malformed("Answer at most 100 at a time. Nothing was recorded.");
        }
        return inbox.viewed(viewer, id, seen)
                .chain(approval -> inbox.alike(viewer, approval))
                .map(alike -> alike.stream()
                        .filter(other -> also.contains(other.call().toString()))
                        .toList())
                .chain(others -> answer(viewer, id, Optional.of(seen), answer)
                        .chain(first -> Multi.createFrom()
                                .iterable(others)
                                .onItem()
                                .transformToUniAndConcatenate(
                                        other -> answer(viewer, other.call().toString(), Optional.empty(), answer))
                                .collect()
                                .asList()
                                .map(further -> Stream.concat(
                                                first.stream(), further.stream().flatMap(List::stream))
                                        .distinct()
                                        .toList())))
                .chain(warnings -> warnings.isEmpty()
                        ? Uni.createFrom().item(pages.seeOther(ApprovalPage.path(id)))
                        : detail.show(
                                frame,
                                viewer,
                                id,
                                Optional.of(seen),
                                ApprovalDetail.Told.warnings(warnings),
                                RestResponse.StatusCode.OK));
    }

    /** Answers one, and what there is to be told about that. */
    private Uni<List<String>> answer(Inbox.Viewer viewer, String id, Optional<String> seen, Answer answer) {
        return answer.approves()
                ? inbox.approve(viewer, id, answer.reason(), seen, answer.signature())
                        .map(Inbox.Approved::warnings)
                : inbox.refuse(viewer, id, answer.reason()).replaceWith(List.of());
    }

    /** Asks the agent. */
    @POST
    @Path("ask")
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> ask(@Context RoutingContext request, @PathParam("id") String id, Posted form) {
        Inbox.Viewer viewer = inbox.viewer();
        String question = form.required("question", "Question");
        return inbox.viewed(viewer, id, seen(form))
                .chain(approval -> inbox.ask(viewer, id, question))
                .map(approval -> pages.seeOther(ApprovalPage.path(id) + "#asked"));
    }

    /** Changes the arguments and approves it so. If that cannot be, the page says why, and what was typed stays. */
    @POST
    @Path("edit")
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> edit(@Context RoutingContext request, @PathParam("id") String id, Posted form) {
        Frame frame = frame(request);
        Inbox.Viewer viewer = inbox.viewer();
        String arguments = form.text("arguments").orElse("");
        String reason = form.text("reason").orElse("");
        String seen = seen(form);
        return inbox.viewed(viewer, id, seen)
                .chain(approval -> edit(viewer, approval, reason, seen, arguments))
                .map(approval -> pages.seeOther(ApprovalPage.path(id)))
                .onFailure(Problem.class)
                .recoverWithUni(failure -> detail.show(
                        frame,
                        viewer,
                        id,
                        Optional.of(seen),
                        new ApprovalDetail.Told(failure.detail(), arguments, reason, List.of()),
                        failure.type().status()));
    }

    private Uni<Approval> edit(Inbox.Viewer viewer, Approval approval, String reason, String seen, String arguments) {
        JsonObject complete = object(arguments)
                .orElseThrow(() -> malformed(
                        "The arguments are no JSON object, or name a member twice. Nothing was" + " recorded."));
        return edited.edit(approval.call(), inbox.wish(viewer, reason, seen), complete);
    }

    /** Lets it go on without those who are asked. */
    @POST
    @Path("break-glass")
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> breakGlass(
            @Context RoutingContext request, @PathParam("id") String id, Posted form) {
        Inbox.Viewer viewer = inbox.viewer();
        String reason = form.required("reason", "Why it cannot wait");
        String seen = seen(form);
        return inbox.viewed(viewer, id, seen)
                .chain(approval -> inbox.breakGlass(viewer, id, reason, seen))
                .map(approval -> pages.seeOther(ApprovalPage.path(id)));
    }

    private Frame frame(RoutingContext request) {
        return pages.frame(request, Section.APPROVALS, "Approval");
    }

    private static String seen(Posted form) {
        return form.required("seen", "Arguments");
    }

    private static Optional<JsonObject> object(String text) {
        try {
            return JsonValue.parse(text) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (JsonException none) {
            return Optional.empty();
        }
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
