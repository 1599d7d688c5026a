package dev.writ.gateway.catalog;

import dev.writ.connect.PermitToken;
import dev.writ.connect.http.Breaker;
import dev.writ.model.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How calls are brought to a service.
 *
 * @param permit how the permits that go along name the person; absent if none go along
 * @param breaker when it counts as failing
 * @param repeats further requests at most for one call of an idempotent operation
 */
record Delivery(Optional<PermitToken.Subject> permit, Breaker breaker, int repeats) {

    static final Delivery DEFAULT = new Delivery(Optional.of(PermitToken.Subject.PSEUDONYM), Breaker.DEFAULT, 2);

    private static final String NONE = "none";
    private static final int MOST_REPEATS = 5;

    Delivery {
        if (repeats < 0 || repeats > MOST_REPEATS) {
            throw new IllegalArgumentException("a request is repeated " + MOST_REPEATS + " times at most");
        }
    }

    /** What {@link #permitText} writes. */
    static Optional<PermitToken.Subject> permit(String text) {
        if (text.equals(NONE)) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(PermitToken.Subject.values())
                .filter(subject -> subject.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("permit is one of "
                        + Arrays.stream(PermitToken.Subject.values())
                                .map(PermitToken.Subject::text)
                                .collect(Collectors.joining(", "))
                        + ", " + NONE)));
    }

    String permitText() {
        return permit.map(PermitToken.Subject::text).orElse(NONE);
    }

    /** Breaker and repeats are those of HTTP services. */
    void requireFitFor(String kind) {
        boolean plain = breaker.equals(Breaker.DEFAULT) && repeats == DEFAULT.repeats;
        if (!plain && !kind.equals(ConnectorSettings.HTTP)) {
            throw new IllegalArgumentException("delivery: breaker and repeats are for connectors of kind http");
        }
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("permit", permitText())
                .put(
                        "breaker",
                        JsonObject.builder()
                                .put("failures", breaker.failures())
                                .put("calls", breaker.calls())
                                .put("pauseMillis", breaker.pause().toMillis())
                                .build())
                .put("repeats", repeats)
                .build();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Delivery fromJson(JsonObject json) {
        JsonObject breaker = json.object("breaker").orElse(JsonObject.empty());
        return new Delivery(
                permit(json.text("permit").orElse("")),
                new Breaker(
                        whole(breaker, "failures"),
                        whole(breaker, "calls"),
                        Duration.ofMillis(whole(breaker, "pauseMillis"))),
                whole(json, "repeats"));
    }

    private static int whole(JsonObject json, String member) {
        return json.number(member)
                .map(BigDecimal::intValueExact)
                .orElseThrow(() -> new IllegalArgumentException("delivery without " + member));
    }
}
