package dev.writ.gateway.catalog;

import dev.writ.connect.http.Breaker;
import io.quarkus.runtime.configuration.DurationConverter;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an operator wants calls to be brought to a service; of what is not said, the default.
 *
 * @param permit how permits name the person: {@code pseudonym}, {@code agent} for not at all, {@code person} for plainly, or
 *     {@code none} for no permits
 * @param breaker when the service counts as failing
 * @param repeats further requests at most for one call of an idempotent operation; 0 to 5
 */
record DeliveryForm(
        @Nullable String permit,
        @Nullable Opens breaker,
        @Nullable Integer repeats) {

    /**
     * @param failures of the last {@code calls} requests, from which on nothing is sent
     * @param calls how many requests are looked at
     * @param pause how long nothing is sent, for example {@code 10s}
     */
    record Opens(
            @Nullable Integer failures,
            @Nullable Integer calls,
            @Nullable String pause) {

        Breaker breaker() {
            Breaker usual = Breaker.DEFAULT;
            return new Breaker(
                    Objects.requireNonNullElse(failures, usual.failures()),
                    Objects.requireNonNullElse(calls, usual.calls()),
                    pause == null ? usual.pause() : DurationConverter.parseDuration(pause));
        }
    }

    /** @throws IllegalArgumentException if something in it cannot be used */
    static Delivery read(@Nullable DeliveryForm form) {
        if (form == null) {
            return Delivery.DEFAULT;
        }
        Delivery usual = Delivery.DEFAULT;
        return new Delivery(
                Optional.ofNullable(form.permit()).map(Delivery::permit).orElse(usual.permit()),
                Optional.ofNullable(form.breaker()).map(Opens::breaker).orElse(usual.breaker()),
                Objects.requireNonNullElse(form.repeats(), usual.repeats()));
    }
}
