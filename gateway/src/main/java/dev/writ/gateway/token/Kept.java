package dev.writ.gateway.token;

import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What an issuer publishes, as it was fetched last: first when somebody needs it, and again when it is old or not enough. One fetch at a
 * time, whoever asks, and none soon after another, since strangers could make the gateway ask. While the issuer cannot be reached what is
 * there is used until it is older than {@code keep}.
 */
final class Kept<T> {

    private static final Logger LOG = Logger.getLogger(Kept.class);

    /** @param at when it was fetched */
    private record Held<T>(T content, Instant at) {}

    private final String what;
    private final String issuer;
    private final IssuersConfig.IssuerConfig config;
    private final Supplier<Uni<T>> fetch;
    private final InstantSource clock;

    private volatile Optional<Uni<T>> underWay = Optional.empty();
    private volatile Optional<Held<T>> held = Optional.empty();
    private volatile Instant lastAttempt = Instant.MIN;
    private volatile Optional<String> trouble = Optional.empty();

    /** @param what it is and whose, for log lines */
    Kept(String what, String issuer, IssuersConfig.IssuerConfig config, Supplier<Uni<T>> fetch, InstantSource clock) {
        this.what = what;
        this.issuer = issuer;
        this.config = config;
        this.fetch = fetch;
        this.clock = clock;
    }

    /**
     * Its content, fetched anew if what is there is old or not enough.
     *
     * @return whether it is enough then or not; fails if it cannot be had, and what is there is too old
     */
    Uni<T> get(Predicate<T> isEnough) {
        Instant now = clock.instant();
        Optional<T> fresh = heldFor(now, config.refresh()).filter(isEnough);
        return fresh.isPresent()
                ? Uni.createFrom().item(fresh.get())
                : refreshed(now)
                        .onFailure()
                        .recoverWithUni(away -> heldFor(now, config.keep())
                                .map(content -> Uni.createFrom().item(content))
                                .orElseGet(() -> Uni.createFrom().failure(away)));
    }

    /** How it stands with it, for health. */
    String state(Function<T, String> described) {
        return trouble.map(why -> "unreachable: " + why)
                .orElseGet(() ->
                        held.map(known -> described.apply(known.content())).orElse("not asked yet"));
    }

    private Optional<T> heldFor(Instant now, Duration age) {
        return held.filter(known -> now.isBefore(known.at().plus(age))).map(Held::content);
    }

    private synchronized Uni<T> refreshed(Instant now) {
        Optional<Uni<T>> running = underWay;
        if (running.isPresent()) {
            return running.get();
        }
        if (now.isBefore(lastAttempt.plus(config.pause()))) {
            return held.filter(known -> trouble.isEmpty())
                    .map(known -> Uni.createFrom().item(known.content()))
                    .orElseGet(() -> Uni.createFrom().failure(new IOException("asked a moment ago")));
        }
        Uni<T> started = Uni.createFrom()
                .deferred(() -> fetch.get())
                .onItemOrFailure()
                .invoke((fetched, failure) -> ended(Optional.ofNullable(fetched), Optional.ofNullable(failure)))
                .memoize()
                .indefinitely();
        underWay = Optional.of(started);
        lastAttempt = now;
        return started;
    }

    private void ended(Optional<T> fetched, Optional<Throwable> failure) {
        fetched.ifPresent(content -> {
            held = Optional.of(new Held<>(content, clock.instant()));
            trouble = Optional.empty();
        });
        failure.ifPresent(why -> {
            trouble = Optional.of(why.getClass().getSimpleName());
            LOG.warnf("the %s of an issuer cannot be had issuer=%s cause=%s", what, issuer, why.toString());
        });
        underWay = Optional.empty();
    }
}
