package dev.writ.rules;

import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.model.Past;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A call in its surroundings, put together step by step. */
record Scene(
        String tool,
        String arguments,
        Principal principal,
        Optional<String> session,
        List<Past> pasts,
        Optional<Instant> completeSince) {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    static final Principal BOT =
            new Principal("support-bot", Optional.of("ana"), "key-1", List.of(), Set.of(Role.AGENT), "api-key");

    /** @param arguments JSON */
    static Scene call(String tool, String arguments) {
        return new Scene(tool, arguments, BOT, Optional.empty(), List.of(), Optional.empty());
    }

    static Scene refund(String arguments) {
        return call("billing.refund", arguments);
    }

    Scene by(Principal who) {
        return new Scene(tool, arguments, who, session, pasts, completeSince);
    }

    Scene in(String newSession) {
        return new Scene(tool, arguments, principal, Optional.of(newSession), pasts, completeSince);
    }

    Scene knownSince(Duration ago) {
        return new Scene(tool, arguments, principal, session, pasts, Optional.of(NOW.minus(ago)));
    }

    /** The next call in the log. */
    Scene after(Earlier earlier) {
        List<Past> more = new ArrayList<>(pasts);
        more.add(earlier.at(pasts.size() + 1L));
        return new Scene(tool, arguments, principal, session, more, completeSince);
    }

    Facts facts() {
        History history = History.of(pasts);
        return new Facts(
                new ToolCall(
                        CallId.mint(NOW, new Random(0)),
                        Optional.empty(),
                        new ToolName(tool),
                        json(arguments),
                        session,
                        Optional.empty()),
                principal,
                TestTools.named(tool),
                completeSince.map(history::truncatedBefore).orElse(history),
                List.of(),
                NOW);
    }

    /** An earlier call. */
    record Earlier(
            String tool,
            String arguments,
            Duration ago,
            Effect verdict,
            Outcome outcome,
            String extracts,
            Set<String> labels,
            Optional<String> session) {

        static Earlier of(String tool, String arguments) {
            return new Earlier(
                    tool,
                    arguments,
                    Duration.ofMinutes(1),
                    Effect.ALLOW,
                    Outcome.SUCCEEDED,
                    "{}",
                    Set.of(),
                    Optional.empty());
        }

        Earlier ago(Duration time) {
            return new Earlier(tool, arguments, time, verdict, outcome, extracts, labels, session);
        }

        Earlier denied() {
            return new Earlier(tool, arguments, ago, Effect.DENY, Outcome.NONE, extracts, labels, session);
        }

        Earlier pending() {
            return new Earlier(tool, arguments, ago, verdict, Outcome.PENDING, "{}", labels, session);
        }

        Earlier extracting(String json) {
            return new Earlier(tool, arguments, ago, verdict, outcome, json, labels, session);
        }

        Earlier labelled(String label) {
            return new Earlier(tool, arguments, ago, verdict, outcome, extracts, Set.of(label), session);
        }

        Earlier in(String newSession) {
            return new Earlier(tool, arguments, ago, verdict, outcome, extracts, labels, Optional.of(newSession));
        }

        private Past at(long index) {
            Instant when = NOW.minus(ago);
            return new Past(
                    index,
                    CallId.mint(when, new Random(index)),
                    new ToolName(tool),
                    json(arguments),
                    when,
                    verdict,
                    outcome,
                    json(extracts),
                    labels,
                    session);
        }
    }

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }
}
