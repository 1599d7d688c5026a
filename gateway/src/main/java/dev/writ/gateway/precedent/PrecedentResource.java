package dev.writ.gateway.precedent;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.gateway.approval.Ending;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where approvers find help to judge an escalation, once they have looked at it. */
@Path("/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
public class PrecedentResource {

    private final Precedents precedents;
    private final Summaries summaries;
    private final Callers callers;

    PrecedentResource(Precedents precedents, Summaries summaries, Callers callers) {
        this.precedents = precedents;
        this.summaries = summaries;
        this.callers = callers;
    }

    /**
     * One that ended.
     *
     * @param similarity 0 to 1
     * @param state {@code approved}, {@code refused}, {@code expired} or {@code withdrawn}
     * @param outcome of the call, if it was carried out: {@code succeeded}, {@code failed}, {@code unknown}
     * @param groups it was approved for; those that were asked, if it was not
     * @param deciders whoever approved or refused
     * @param reason of a refusal or of the last approval
     * @param numbers in its arguments, by path
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Case(
            String id,
            BigDecimal similarity,
            String state,
            Optional<String> outcome,
            String agent,
            boolean sameAgent,
            boolean samePerson,
            boolean sameRules,
            Set<String> groups,
            Set<String> deciders,
            Optional<String> reason,
            JsonObject numbers,
            Instant openedAt,
            Instant endedAt) {

        static Case of(Comparison.Case found) {
            Ended ended = found.ended();
            Ending ending = ended.ending();
            return new Case(
                    ended.approval().call().toString(),
                    BigDecimal.valueOf(found.likeness().score()).setScale(2, RoundingMode.HALF_UP),
                    ending.state().text(),
                    ended.outcome(),
                    ended.approval().escalation().agent(),
                    found.likeness().isSameAgent(),
                    found.likeness().isSamePerson(),
                    found.likeness().isSameRules(),
                    ended.groups(),
                    ended.deciders(),
                    ending.reason(),
                    numbers(ended.traits()),
                    ended.approval().escalation().openedAt(),
                    ending.at());
        }

        /** As arguments are written. */
        private static JsonObject numbers(Traits traits) {
            JsonObject.Builder numbers = JsonObject.builder();
            traits.numbers().forEach((path, value) -> numbers.put(path, new JsonNumber(value)));
            return numbers.build();
        }
    }

    /**
     * A number of this call, beside those of calls that were approved.
     *
     * @param approved how many of the approved ones have one there
     * @param largestOfOthers that was approved of other agents
     * @param beyond whether it is outside of what was approved, or nothing was
     * @param says the same in words, such as {@code 'amount' is 12x the largest approved}
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Distance(
            String path,
            JsonNumber value,
            int approved,
            Optional<JsonNumber> smallest,
            Optional<JsonNumber> largest,
            Optional<JsonNumber> largestOfOthers,
            boolean beyond,
            String says) {

        static Distance of(Comparison.Distance number) {
            return new Distance(
                    number.path(),
                    new JsonNumber(number.value()),
                    number.approved(),
                    number.smallest().map(JsonNumber::new),
                    number.largest().map(JsonNumber::new),
                    number.elsewhere().map(JsonNumber::new),
                    number.isBeyond(),
                    number.says());
        }
    }

    /**
     * What there is to compare with.
     *
     * @param looked how many that ended were compared: of the last 200 escalations of the tool, and the last 20 refusals
     * @param erased further ones whose arguments were erased
     * @param complete whether there are none that are older
     */
    public record Similar(
            String id,
            int looked,
            int erased,
            boolean complete,
            List<Distance> numbers,
            List<Comparison.ByApprover> approvers,
            List<Case> cases) {

        static Similar of(Precedents.Similar similar) {
            return new Similar(
                    similar.approval().call().toString(),
                    similar.looked(),
                    similar.erased(),
                    similar.isAll(),
                    similar.numbers().stream().map(Distance::of).toList(),
                    similar.approvers(),
                    similar.cases().stream().map(Case::of).toList());
        }
    }

    /**
     * A machine's description. Plain text, not to be rendered as anything else, and not Writ's words.
     *
     * @param machineWritten always
     * @param of the {@code viewDigest} of what it is about
     */
    public record Summary(boolean machineWritten, String model, String text, String of) {

        static Summary of(Summaries.Summary summary) {
            return new Summary(true, summary.model(), summary.text(), summary.of());
        }

        @Override
        public String toString() {
            return "Summary";
        }
    }

    @GET
    @Path("{id}/similar")
    @RolesAllowed("approver")
    @Operation(
            summary = "How escalations of the same tool ended that are like this one",
            description =
                    "Of those that asked one of your groups. 'numbers' says how far this call lies outside of what was"
                            + " approved, 'approvers' who decided; 'cases' are the most similar. That you were shown them is recorded.")
    @APIResponse(responseCode = "200", description = "What there is to compare with; it may be nothing")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited, or for none of your groups")
    @APIResponse(responseCode = "409", description = "You have not looked at the call, or its arguments were erased")
    @APIResponse(responseCode = "429", description = "Others are compared at the moment")
    public Uni<Similar> similar(@PathParam("id") String id) {
        return precedents
                .similar(RequestFields.call(id, Seen::none), callers.approver())
                .map(Similar::of);
    }

    @GET
    @Path("{id}/summary")
    @RolesAllowed("approver")
    @Operation(
            summary = "What a model says that the call would do",
            description =
                    "A description by a machine, from arguments that an attacker may have written. It is plain text and never"
                            + " a recommendation. That you were shown it is recorded.")
    @APIResponse(responseCode = "200", description = "The text, the model, and of which view it is")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited, or for none of your groups")
    @APIResponse(
            responseCode = "409",
            description = "You have not looked at the call, no model is configured, or what it wrote is not shown")
    @APIResponse(responseCode = "429", description = "The model is busy")
    @APIResponse(responseCode = "503", description = "The model does not answer, or it cannot be recorded")
    public Uni<Summary> summary(@PathParam("id") String id) {
        return summaries
                .summary(RequestFields.call(id, Seen::none), callers.approver())
                .map(Summary::of);
    }
}
