package dev.writ.gateway.call;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.writ.audit.Recorded;
import dev.writ.connect.Dialogue;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Ending;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.rules.Hint;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where agents submit the calls they intend. */
@Path("/v1/tool-calls")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Tool calls")
class ToolCallResource {

    private final ToolCalls calls;

    ToolCallResource(ToolCalls calls) {
        this.calls = calls;
    }

    /**
     * @param key the client's own name for this call: sent again, it is the same call
     * @param arguments as the tool's input schema says
     * @param session from {@code POST /v1/sessions}
     * @param onBehalfOf the person the agent acts for, if the key may stand for them
     * @param mode {@code execute} (default), {@code decide} or {@code rehearse}
     */
    record Intended(
            @Nullable String key,
            @Nullable String tool,
            @Nullable JsonObject arguments,
            @Nullable String session,
            @Nullable String purpose,
            @Nullable String onBehalfOf,
            @Nullable String mode,

            @JsonProperty("wait")
            @Schema(description = "With mode decide: what has to be approved waits for that; submit it again then")
            @Nullable
            Boolean waits) {}

    /**
     * @param status in a word, see {@link CallState#status()}
     * @param approval if it has to wait for people, or had to
     * @param note why there is no result, if there was one
     * @param reported what somebody says became of it, if it was only decided
     * @param rehearsal what came of it in the sandbox, or would have, if it was only rehearsed
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Answer(
            String id,
            String status,
            Explained decision,
            Optional<Waiting> approval,
            Optional<String> detail,
            Optional<JsonValue> result,
            Optional<String> note,
            Optional<Reported> reported,
            Optional<Rehearsed> rehearsal) {}

    /**
     * @param outcome what the sandbox did, in the words of any call; that there is none if it was not asked
     * @param note the same in words
     */
    record Rehearsed(String outcome, String note) {}

    /**
     * @param index of its entry
     * @param by {@code reporter} or {@code agent}: whose word it is
     */
    record Reported(String outcome, String by, long index) {

        static Reported of(Recorded report) {
            return new Reported(
                    CallEntries.outcome(report.entry()).text(),
                    Report.By.of(report.entry()).orElseThrow().text(),
                    report.index());
        }
    }

    /**
     * @param state {@code open}, {@code approved}, {@code refused}, {@code expired} or {@code withdrawn}
     * @param expiresAt when it ends if nobody has answered by then
     * @param reason why it was refused, in the words of whoever refused it
     * @param edited how approvers changed its arguments, if they did
     * @param question of an approver, to be answered with {@code POST /v1/tool-calls/{id}/answer}; absent if none is open
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Waiting(
            String state,
            Instant expiresAt,
            List<Asked> requirements,
            Optional<String> reason,
            Optional<Edit> edited,
            Optional<Question> question) {

        JsonObject toJson() {
            return JsonObject.builder()
                    .put("state", state)
                    .put("reason", reason)
                    .build();
        }
    }

    /**
     * @param index of its entry in the log
     * @param arguments as they are sent, once it is approved; absent once they were erased
     * @param changes {@code path}, a JSON pointer, {@code from} and {@code to} of each value that was changed last
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Edit(long index, Optional<JsonObject> arguments, JsonArray changes) {

        static Optional<Edit> of(Approval approval) {
            return approval.edited()
                    .map(edited -> new Edit(
                            edited.index(), approval.escalation().view().object("arguments"), edited.changes()));
        }
    }

    /** @param index of its entry in the log */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Question(long index, Optional<String> text, Instant at) {}

    /** @param granted how many have approved so far */
    record Asked(String rule, String group, int approvals, int granted) {}

    /**
     * @param index of the decision's entry in the log
     * @param bundle digest of the policy that decided
     * @param requirements what an escalation asks for
     * @param obligations under which it is allowed, or would be; the gateway meets them itself, unless it only decides
     * @param hint at what would be allowed, if it is denied
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Explained(
            String effect,
            Optional<String> rule,
            String reason,
            long index,
            Optional<String> bundle,
            Optional<JsonArray> requirements,
            Optional<JsonArray> obligations,
            Optional<Hinted> hint) {}

    /**
     * What the rule that comes closest to allowing a denied call asks of its arguments.
     *
     * @param rule absent if its name may not be told
     * @param text the same in words
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Hinted(Optional<String> rule, List<Hint.Argument> arguments, String text) {

        static Hinted of(Hint hint) {
            return new Hinted(hint.rule(), hint.arguments(), hint.toString());
        }

        JsonObject toJson() {
            return JsonObject.builder()
                    .put("rule", rule)
                    .put(
                            "arguments",
                            new JsonArray(arguments.stream()
                                    .<JsonValue>map(argument -> JsonObject.builder()
                                            .put("path", argument.path())
                                            .put("bound", argument.bound())
                                            .build())
                                    .toList()))
                    .put("text", text)
                    .build();
        }
    }

    @POST
    @RolesAllowed("agent")
    @Operation(summary = "Submit a tool call; it is decided, recorded and, if allowed, carried out")
    @APIResponse(
            responseCode = "200",
            description = "Carried out; or decided or rehearsed, in modes decide and rehearse, whatever came of it")
    @APIResponse(
            responseCode = "202",
            description = "Escalated, or not ended yet; Location tells where to ask. In mode decide only with wait")
    @APIResponse(responseCode = "400", description = "Malformed, or the arguments do not fit the tool")
    @APIResponse(responseCode = "403", description = "Denied; nothing was executed")
    @APIResponse(responseCode = "404", description = "No such tool or session for this caller")
    @APIResponse(
            responseCode = "409",
            description = "The key was used for a different call, or another submission has used the approval")
    @APIResponse(responseCode = "413", description = "The body is too large")
    @APIResponse(
            responseCode = "422",
            description =
                    "The content cannot be accepted, such as a number that is not exact; or the tool has no sandbox to"
                            + " rehearse in")
    @APIResponse(responseCode = "429", description = "Too many requests of this principal")
    @APIResponse(responseCode = "502", description = "The tool failed")
    @APIResponse(responseCode = "503", description = "The log is not available; nothing was executed")
    @APIResponse(responseCode = "504", description = "The outcome is unknown; it is not tried again")
    public Uni<RestResponse<Answer>> submit(
            Intended intended, @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        return calls.submit(submission(intended, Optional.ofNullable(idempotencyKey)), Dialogue.NONE)
                .chain(state -> calls.hint(state).map(hint -> answer(state, hint)));
    }

    @GET
    @Path("{id}")
    @RolesAllowed("agent")
    @Operation(summary = "The state of a call of this caller; waits for its end if asked to")
    @APIResponse(responseCode = "200", description = "It has ended; status says how")
    @APIResponse(responseCode = "202", description = "It has not ended")
    @APIResponse(responseCode = "404", description = "No call of this caller has this id")
    public Uni<RestResponse<Answer>> find(@PathParam("id") String id, @QueryParam("wait") @Nullable String wait) {
        return calls.find(id, wait == null ? Duration.ZERO : seconds(wait))
                .chain(state -> calls.hint(state)
                        .map(hint -> body(state, hint))
                        .map(answer -> state.isOpen() ? accepted(answer) : RestResponse.ok(answer)));
    }

    @DELETE
    @Path("{id}")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed("agent")
    @Operation(summary = "Withdraw a call that waits for approval; it will not run")
    @APIResponse(responseCode = "200", description = "It is withdrawn")
    @APIResponse(responseCode = "404", description = "No call of this caller has this id")
    @APIResponse(responseCode = "409", description = "It does not wait for approval, or no longer")
    public Uni<Answer> withdraw(@PathParam("id") String id) {
        return calls.withdraw(id).map(state -> body(state, Optional.empty()));
    }

    private static Submission submission(Intended intended, Optional<String> header) {
        return new Submission(
                key(Optional.ofNullable(intended.key()), header),
                Objects.requireNonNullElse(intended.tool(), ""),
                Optional.ofNullable(intended.arguments())
                        .orElseThrow(() -> new Problem(
                                ProblemType.MALFORMED,
                                "'arguments' is missing. Send an object, {} if the tool takes none.")),
                Optional.ofNullable(intended.session()),
                Optional.ofNullable(intended.purpose()),
                Optional.ofNullable(intended.onBehalfOf()),
                mode(intended.mode(), Boolean.TRUE.equals(intended.waits())));
    }

    /** The header is another way to send the key. */
    private static Optional<String> key(Optional<String> member, Optional<String> header) {
        if (member.isPresent() && header.isPresent() && !member.equals(header)) {
            throw new Problem(ProblemType.MALFORMED, "'key' and the Idempotency-Key header differ. Send one of them.");
        }
        return member.or(() -> header);
    }

    private static Mode mode(@Nullable String mode, boolean waits) {
        Mode named = mode == null
                ? Mode.EXECUTE
                : Mode.named(mode)
                        .orElseThrow(
                                () -> new Problem(ProblemType.MALFORMED, "'mode' is execute, decide or rehearse."));
        if (!waits) {
            return named;
        }
        if (named != Mode.DECIDE) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'wait' goes with mode decide. A call that the gateway carries out waits for people as it is, and a"
                            + " rehearsal asks nobody.");
        }
        return Mode.ASK;
    }

    private static Duration seconds(String text) {
        if (!text.matches("[0-9]{1,4}s?")) {
            throw new Problem(ProblemType.MALFORMED, "'wait' is a number of seconds, for example 30s.");
        }
        return Duration.ofSeconds(Long.parseLong(text.replace("s", "")));
    }

    private static RestResponse<Answer> answer(CallState state, Optional<Hint> hint) {
        if (state.mode() != Mode.EXECUTE) {
            return state.isOpen() || state.isUsable()
                    ? accepted(body(state, hint))
                    // Whoever gets this answer is the one who uses it.
                    : RestResponse.ok(
                            state.isUsed() ? body(state, "decided", state.effect(), hint) : body(state, hint));
        }
        return switch (state.outcome()) {
            case SUCCEEDED -> RestResponse.ok(body(state, hint));
            case PENDING -> accepted(body(state, hint));
            case FAILED -> throw problem(state, ProblemType.TOOL_FAILED, hint);
            case UNKNOWN -> throw problem(state, ProblemType.OUTCOME_UNKNOWN, hint);
            case ABANDONED -> throw problem(state, ProblemType.ABANDONED, hint);
            case NONE -> {
                if (state.isWaiting()) {
                    yield accepted(body(state, hint));
                }
                Problem denied = problem(state, ProblemType.DENIED, hint);
                hint.map(Hinted::of).ifPresent(told -> denied.with("hint", told.toJson()));
                throw denied;
            }
        };
    }

    private static RestResponse<Answer> accepted(Answer answer) {
        return RestResponse.ResponseBuilder.<Answer>create(RestResponse.Status.ACCEPTED, answer)
                .location(URI.create("/v1/tool-calls/" + answer.id()))
                .build();
    }

    static Answer body(CallState state, Optional<Hint> hint) {
        return body(state, state.status(), state.toldEffect(), hint);
    }

    private static Answer body(CallState state, String status, Effect effect, Optional<Hint> hint) {
        return new Answer(
                state.call().toString(),
                status,
                new Explained(
                        effect.text(),
                        state.rule(),
                        state.reason(),
                        state.index(),
                        state.bundle(),
                        Optional.of(state.requirements())
                                .filter(requirements -> !requirements.items().isEmpty()),
                        Optional.of(state.obligations())
                                .filter(obligations -> effect == state.effect()
                                        && !obligations.items().isEmpty()),
                        hint.map(Hinted::of)),
                state.approval().map(ToolCallResource::waiting),
                state.failure(),
                state.result(),
                Optional.of("What the tool answered is not kept any more: it was erased, or its time was over"
                                + " (writ.results.retention).")
                        .filter(note -> state.isResultGone()),
                state.report().map(Reported::of),
                Optional.of(state)
                        .filter(CallState::isRehearsal)
                        .map(rehearsed -> new Rehearsed(rehearsed.outcome().text(), Telling.rehearsal(rehearsed))));
    }

    private static Waiting waiting(Approval approval) {
        return new Waiting(
                approval.state().text(),
                approval.escalation().expiresAt(),
                approval.escalation().asks().stream()
                        .map(ask -> new Asked(
                                ask.rule(),
                                ask.requirement().group(),
                                ask.requirement().approvals(),
                                approval.granted(ask)))
                        .toList(),
                // What approvers say to each other is not for the agent.
                approval.ending()
                        .filter(ending -> ending.state() == Approval.State.REFUSED)
                        .flatMap(Ending::reason),
                Edit.of(approval),
                approval.question().map(asked -> new Question(asked.index(), asked.question(), asked.at())));
    }

    private static Problem problem(CallState state, ProblemType type, Optional<Hint> hint) {
        Problem problem = new Problem(type, Telling.of(state, hint))
                .with("callId", new JsonString(state.call().toString()))
                .with("callStatus", new JsonString(state.status()))
                .with("effect", new JsonString(state.effect().text()))
                .with("reason", new JsonString(state.reason()))
                .with("index", JsonNumber.of(state.index()));
        state.rule().ifPresent(rule -> problem.with("rule", new JsonString(rule)));
        state.result().ifPresent(result -> problem.with("result", result));
        state.approval()
                .map(ToolCallResource::waiting)
                .ifPresent(waiting -> problem.with("approval", waiting.toJson()));
        return problem;
    }
}
