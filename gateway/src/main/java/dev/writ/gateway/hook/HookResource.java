package dev.writ.gateway.hook;

import dev.writ.connect.Dialogue;
import dev.writ.gateway.call.CallConfig;
import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Mode;
import dev.writ.gateway.call.Outsider;
import dev.writ.gateway.call.Submission;
import dev.writ.gateway.call.Telling;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import dev.writ.model.Outcome;
import dev.writ.rules.Hint;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where hooks of coding agents ask before a tool is used, and say afterwards that it was. Writ decides and carries nothing out: whether
 * its word holds is for the agent, and for whoever may change its settings.
 */
@Path("/v1/hooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Hooks of coding agents")
class HookResource {

    private final ToolCalls calls;
    private final CallConfig config;

    HookResource(ToolCalls calls, CallConfig config) {
        this.calls = calls;
        this.config = config;
    }

    @POST
    @Path("pre-tool-use")
    @RolesAllowed("agent")
    @Operation(
            summary = "Decide on a tool that a coding agent is about to use",
            description =
                    "Takes what the agent sends to a hook before a tool is used, and answers in its shape. Problems are denials,"
                            + " too, with status 200: any other status lets most agents go on.")
    @Parameter(
            name = "agent",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            required = true,
            description = "claude-code, codex, gemini-cli, cursor or copilot")
    @Parameter(
            name = "connector",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            description = "The connector that lists the agent's own tools; coder by default")
    @Parameter(
            name = "escalated",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            description =
                    "ask: the agent asks the person who sits before it, the default where it can; deny: it does not go on, and"
                            + " approvers are asked; once they approve, the same use of the tool is decided again")
    @Parameter(
            name = "allowed",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            description =
                    "allow, the default; or pass: nothing is said of what is allowed, so that the agent's own questions stay")
    @APIResponse(responseCode = "200", description = "Decided; the header Writ-Decision says allow, ask or deny")
    public Uni<RestResponse<byte[]>> before(
            @Context UriInfo uri, @HeaderParam("Writ-On-Behalf-Of") @Nullable String person, JsonObject said) {
        HookOptions options = HookOptions.of(uri);
        ToolUse use = options.agent().before(said);
        // The agent's own tools are written in capitals by some agents and not by others; a server may have both.
        use.server().ifPresent(server -> calls.requireCalled(use.name(options.connector()), use.tool()));
        return calls.submit(
                        new Submission(
                                use.key(),
                                use.name(options.connector()),
                                use.arguments(),
                                Optional.empty(),
                                Optional.of(use.purpose(config.maxPurposeLength())),
                                Optional.ofNullable(person),
                                options.asks() ? Mode.DECIDE : Mode.ASK),
                        Dialogue.NONE)
                .chain(state -> calls.hint(state).map(hint -> answer(options, state, ruling(options, state, hint))));
    }

    @POST
    @Path("post-tool-use")
    @RolesAllowed("agent")
    @Operation(
            summary = "Record that a coding agent used a tool",
            description =
                    "Takes what the agent sends to a hook after a tool was used, and records what it says became of the call"
                            + " that was decided before. Not what the tool answered.")
    @Parameter(
            name = "agent",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            required = true,
            description = "claude-code, codex or cursor")
    @APIResponse(responseCode = "200", description = "Recorded; the body is an empty object")
    @APIResponse(responseCode = "400", description = "Malformed, or this agent gives the use of a tool no name")
    @APIResponse(responseCode = "404", description = "Nothing was decided under that name")
    @APIResponse(responseCode = "409", description = "The call was denied, or another outcome was reported")
    public Uni<RestResponse<byte[]>> after(@Context UriInfo uri, JsonObject said) {
        CodingAgent agent = HookOptions.of(uri).agent();
        String key = agent.after(said)
                .key()
                .orElseThrow(
                        () -> new Problem(
                                ProblemType.MALFORMED,
                                "'tool_use_id' is missing, and without it nobody can tell which call this was. Nothing was recorded."));
        return calls.report(key, agent.saysFailed(said) ? Outcome.FAILED : Outcome.SUCCEEDED, Optional.empty())
                .replaceWith(() -> RestResponse.ok(JsonObject.empty().toBytes()));
    }

    private static Ruling ruling(HookOptions options, CallState state, Optional<Hint> hint) {
        return switch (state.effect()) {
            case DENY -> Ruling.deny(Telling.of(state, hint));
            case ESCALATE ->
                options.asks()
                        ? new Ruling(Effect.ESCALATE, rule(state) + "asks a person: " + state.reason() + ".")
                        : Ruling.deny(waits(state, hint));
            case ALLOW ->
                Outsider.TOLD_YES_OR_NO
                        .unmet(state.obligations())
                        .map(verb -> Ruling.deny(rule(state) + "allows it only with '" + verb
                                + "', which a hook cannot see to. Nothing was executed."))
                        .orElseGet(() -> new Ruling(Effect.ALLOW, rule(state) + "allows: " + state.reason() + "."));
        };
    }

    /** People of the group that the rule names are asked, as nobody here can be. */
    private static String waits(CallState state, Optional<Hint> hint) {
        return state.isWaiting()
                ? rule(state) + "wants somebody to approve this: " + state.reason() + ". They are asked now, as call "
                        + state.call()
                        + ". Nothing was executed. Go on with something else, and use the tool again with exactly the"
                        + " same arguments, word for word, once it is approved."
                : Telling.of(state, hint);
    }

    private static String rule(CallState state) {
        return state.rule().map(rule -> "Rule '" + rule + "' ").orElse("Writ ");
    }

    private static RestResponse<byte[]> answer(HookOptions options, CallState state, Ruling ruling) {
        return RestResponse.ResponseBuilder.ok(options.answer(ruling).toBytes())
                .header(HookWords.DECISION, ruling.word())
                .header("Writ-Call-Id", state.call().toString())
                .build();
    }
}
