package dev.writ.gateway.mcp;

import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tools that ask for input before they go on (2026-07-28, multi round-trip requests). The client gets a {@code requestState} of ours, sealed,
 * which holds the server's; with it, and the same request, it goes on. Going on is a call of its own, decided anew; each state
 * names exactly one, so that sending it again gets the answer of before.
 */
@ApplicationScoped
class Continuations {

    private static final String STATE = "requestState";
    private static final String RESPONSES = "inputResponses";
    private static final Set<String> NOT_COMPARED = Set.of("_meta", STATE, RESPONSES);

    private final Seal seal;
    private final Duration lifetime;
    private final InstantSource clock;

    @Inject
    Continuations(Seal seal, McpConfig config, InstantSource clock) {
        this(seal, config.stateLifetime(), clock);
    }

    Continuations(Seal seal, Duration lifetime, InstantSource clock) {
        this.seal = seal;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /**
     * What a request brings along.
     *
     * @param stopped the call that this one goes on with, if it does
     * @param extra for the server
     */
    record Brought(Optional<CallId> stopped, JsonObject extra) {
        static final Brought NOTHING = new Brought(Optional.empty(), JsonObject.empty());
    }

    /** Whether that is no result, but asks for input first. */
    static boolean asksForInput(JsonObject result) {
        return result.text("resultType").filter("input_required"::equals).isPresent();
    }

    /**
     * It as the client gets it.
     *
     * @param subject for whom the call was, as a pseudonym
     */
    JsonObject sealed(Asked asked, String principal, String subject, String call, JsonObject result) {
        JsonObject.Builder state = JsonObject.builder()
                .put("call", call)
                .put("principal", principal)
                .put("subject", subject)
                .put("request", digest(asked))
                .put("expires", JsonNumber.of(clock.instant().plus(lifetime).getEpochSecond()));
        result.get(STATE).ifPresent(theirs -> state.put("state", theirs));
        Map<String, JsonValue> members = new LinkedHashMap<>(result.members());
        members.put(STATE, new JsonString(seal.seal(Seal.Use.REQUEST_STATE, state.build())));
        return new JsonObject(members);
    }

    /**
     * What this request goes on with; nothing if it is a first one.
     *
     * @param subject for whom the call is to be, as a pseudonym: one agent has many persons, and what one said is no other's
     */
    Brought brought(Asked asked, String principal, String subject) {
        if (asked.params().get(STATE).isEmpty()) {
            return new Brought(Optional.empty(), responses(asked));
        }
        JsonObject state = asked.params()
                .text(STATE)
                .flatMap(token -> seal.open(Seal.Use.REQUEST_STATE, token))
                .filter(known ->
                        known.text("principal").filter(principal::equals).isPresent())
                .filter(known -> known.text("subject").filter(subject::equals).isPresent())
                .filter(known ->
                        known.text("request").filter(digest(asked)::equals).isPresent())
                .filter(known -> known.number("expires")
                        .filter(expires -> clock.instant().isBefore(Instant.ofEpochSecond(expires.longValue())))
                        .isPresent())
                .orElseThrow(
                        () -> McpException.invalid(
                                "'requestState' is not what this request was answered, or is too old. Begin again without it."));
        JsonObject.Builder extra = JsonObject.builder();
        responses(asked).members().forEach(extra::put);
        state.get("state").ifPresent(theirs -> extra.put(STATE, theirs));
        return new Brought(Optional.of(CallId.parse(state.text("call").orElseThrow())), extra.build());
    }

    /** Some clients answer without the state they were given, or before they are asked: a first call then, which brings answers along. */
    private static JsonObject responses(Asked asked) {
        JsonObject.Builder brought = JsonObject.builder();
        asked.params().object(RESPONSES).ifPresent(responses -> brought.put(RESPONSES, responses));
        return brought.build();
    }

    /** The client's name for the one call that goes on where that one stopped. */
    static String key(CallId stopped) {
        return "mcp-continues-" + stopped;
    }

    /** Of all that has to be the same: method, name, arguments and session. */
    private static String digest(Asked asked) {
        Map<String, JsonValue> compared = new LinkedHashMap<>(asked.params().members());
        compared.keySet().removeAll(NOT_COMPARED);
        return Digest.of(JsonObject.builder()
                        .put("method", asked.method())
                        .put("params", new JsonObject(compared))
                        .put("session", asked.said(Submitting.SESSION, "Writ-Session"))
                        .put("mode", asked.said(Submitting.MODE, "Writ-Mode"))
                        .build())
                .value();
    }
}
