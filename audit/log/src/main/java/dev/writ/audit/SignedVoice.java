package dev.writ.audit;

import dev.writ.model.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of it somebody answers by a signed approval.
 *
 * @param as the group as whose member; absent in statements of version 1, which do not say so
 * @param lent who lent them the right; absent if it is their own, or the statement does not say
 */
record SignedVoice(String rule, Optional<String> as, Optional<Lent> lent) {

    private static final String RULE = "rule";
    private static final String GROUP = "group";
    private static final String FOR = "for";
    private static final String DELEGATION = "delegation";

    /** By whom, and by which delegation. */
    record Lent(String lender, String delegation) {}

    /** As a statement says it. */
    static Set<SignedVoice> said(JsonObject statement, int version) {
        return objects(statement, "asks").map(ask -> of(ask, "as", version)).collect(Collectors.toSet());
    }

    /** As the entry says it. */
    static Set<SignedVoice> granted(JsonObject body, int version) {
        return objects(body, "grants").map(grant -> of(grant, GROUP, version)).collect(Collectors.toSet());
    }

    private static SignedVoice of(JsonObject json, String as, int version) {
        String rule = json.text(RULE).orElse("");
        return version == 1
                ? new SignedVoice(rule, Optional.empty(), Optional.empty())
                : new SignedVoice(
                        rule,
                        Optional.of(json.text(as).orElse("")),
                        json.text(FOR)
                                .map(lender ->
                                        new Lent(lender, json.text(DELEGATION).orElse(""))));
    }

    /**
     * Checks that everybody had been asked by then.
     *
     * @param asking the object that says in {@code asks} what was asked then
     * @param submitted when the call was, since when everybody is asked of whom it is not said otherwise
     * @param at when they signed
     */
    static void requireAsked(Set<SignedVoice> voices, JsonObject asking, Instant submitted, Instant at) {
        for (SignedVoice voice : voices) {
            if (objects(asking, "asks").noneMatch(ask -> voice.isAsked(ask, submitted, at))) {
                throw new VerificationException(
                        "what was signed answers a rule as a group that it had not asked by then");
            }
        }
    }

    private boolean isAsked(JsonObject ask, Instant submitted, Instant at) {
        Duration waited = Duration.between(time(ask, "since").orElse(submitted), at);
        return ask.text(RULE).equals(Optional.of(rule))
                && (ask.text(GROUP).equals(as)
                        || objects(ask, "then")
                                .anyMatch(rung -> rung.text(GROUP).equals(as)
                                        && after(rung)
                                                .filter(after -> waited.compareTo(after) >= 0)
                                                .isPresent()));
    }

    private static Optional<Duration> after(JsonObject rung) {
        try {
            return rung.text("after").map(Duration::parse);
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    /** Checks that the entry lends it to whoever approved by that other one. */
    void requireLentBy(Entry delegated, Entry granted) {
        JsonObject body = delegated.body();
        boolean isLent = body.text("lender").equals(lent.map(Lent::lender))
                && body.text("to").equals(granted.body().text("actor"))
                && body.array("groups").stream()
                        .flatMap(groups -> groups.texts().stream())
                        .anyMatch(group -> as.equals(Optional.of(group)))
                && time(body, "until").filter(granted.at()::isBefore).isPresent();
        if (!isLent) {
            throw new VerificationException("the delegation lends something else, to somebody else, or had ended");
        }
    }

    private static Optional<Instant> time(JsonObject body, String name) {
        try {
            return body.text(name).map(Instant::parse);
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    private static Stream<JsonObject> objects(JsonObject json, String name) {
        return json.array(name).stream()
                .flatMap(array -> array.items().stream())
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast);
    }
}
