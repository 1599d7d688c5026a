package dev.writ.gateway.permit;

import dev.writ.audit.LogKeys;
import dev.writ.connect.PermitToken;
import dev.writ.connect.PermitToken.Subject;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.ToolName;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the tokens of permits. Only {@code Enforcement} asks for them. */
@ApplicationScoped
public class PermitTokens {

    /** What a token is good for, as its type says (RFC 8725 3.11): whoever takes the one refuses the other. */
    public enum Use {
        /** The tool. */
        CALL("writ-permit+jwt"),
        /** Its sandbox. */
        REHEARSAL("writ-rehearsal+jwt");

        private final String type;

        Use(String type) {
            this.type = type;
        }

        String type() {
            return type;
        }
    }

    private final PermitKeys keys;
    private final PermitConfig config;
    private final String log;
    private final InstantSource clock;

    PermitTokens(PermitKeys keys, PermitConfig config, LogKeys logKeys, InstantSource clock) {
        this.keys = keys;
        this.config = config;
        this.log = logKeys.origin();
        this.clock = clock;
    }

    /**
     * What was permitted.
     *
     * @param index of the entry that allows it
     * @param pseudonym of the person; absent if the agent acts for itself
     * @param arguments digest of the final ones
     * @param definition digest of the tool's definition
     */
    public record Permitted(
            CallId call,
            long index,
            ToolName tool,
            Principal principal,
            Optional<String> pseudonym,
            Digest arguments,
            Digest definition,
            Instant deadline,
            Use use) {

        @Override
        public String toString() {
            return "Permitted[" + call + ", " + index + ", " + tool + "]";
        }
    }

    /** The tokens of one permit. Nothing is signed until a connector asks for one. */
    public PermitToken of(Permitted permitted) {
        AtomicInteger minted = new AtomicInteger();
        return (audience, subject) -> Optional.of(keys.current()
                .sign(permitted.use().type(), claims(permitted, audience, subject, minted.incrementAndGet())));
    }

    private JsonObject claims(Permitted permitted, String audience, Subject subject, int attempt) {
        Instant now = clock.instant();
        String agent = permitted.principal().agent();
        return JsonObject.builder()
                .put("iss", config.issuer().orElse(log))
                .put("aud", audience)
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("exp", expiry(permitted.deadline(), now))
                .put("jti", attempt == 1 ? permitted.call().toString() : permitted.call() + "." + attempt)
                .put("sub", person(permitted, subject).orElse(agent))
                .put("act", actor(agent, permitted.principal().actorChain()))
                .put("tool", permitted.tool().value())
                .put("args", permitted.arguments().value())
                .put("def", permitted.definition().value())
                .put("log", log)
                .put("idx", permitted.index())
                .build();
    }

    /** In whole seconds, as all times in a token are; rounded up, so that one that may still be sent has not expired. */
    private long expiry(Instant deadline, Instant now) {
        Instant latest = now.plus(config.lifetime());
        return (deadline.isBefore(latest) ? deadline : latest).plusMillis(999).getEpochSecond();
    }

    private static Optional<String> person(Permitted permitted, Subject subject) {
        return switch (subject) {
            case AGENT -> Optional.empty();
            case PSEUDONYM -> permitted.pseudonym();
            case PERSON -> permitted.principal().onBehalfOf();
        };
    }

    /** RFC 8693 4.1: who acts now is outermost, and who acted before is inside. */
    private static JsonObject actor(String name, List<String> before) {
        JsonObject.Builder actor = JsonObject.builder().put("sub", name);
        if (!before.isEmpty()) {
            actor.put("act", actor(before.get(0), before.subList(1, before.size())));
        }
        return actor.build();
    }
}
