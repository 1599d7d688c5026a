package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.mcp.Subscriptions.Followed;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {

    private static final Followed X = new Followed("files", "file:///x");
    private static final Followed Y = new Followed("files", "file:///y");
    private static final Followed Z = new Followed("files", "file:///z");
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Subscriptions subscriptions = new Subscriptions(LIFETIME, now::get);

    private void passes(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    @Test
    void whoStopsToFollowStopsNobodyElse() {
        subscriptions.add("a", X);
        subscriptions.add("b", X);
        assertThat(subscriptions.remove("c", X)).isFalse();
        assertThat(subscriptions.remove("a", X)).isFalse();
        assertThat(subscriptions.remove("a", X)).isFalse();
        assertThat(subscriptions.remove("b", new Followed("other", X.uri()))).isFalse();
        assertThat(subscriptions.remove("b", X)).isTrue();
        assertThat(subscriptions.remove("b", X)).isFalse();
    }

    @Test
    void onePrincipalFillsItsOwnShareAndNotThatOfOthers() {
        for (int uri = 0; uri < Subscriptions.MOST; uri++) {
            assertThat(subscriptions.isFull("a")).isFalse();
            subscriptions.add("a", new Followed("files", "file:///" + uri));
        }
        assertThat(subscriptions.isFull("a")).isTrue();
        assertThat(subscriptions.isFull("b")).isFalse();
        passes(LIFETIME);
        assertThat(subscriptions.isFull("a")).isFalse();
    }

    @Test
    void whoLeavesWithoutAWordIsForgottenWhenASessionWouldBeOver() {
        subscriptions.add("a", X);
        subscriptions.add("a", Y);
        subscriptions.add("b", Y);
        passes(LIFETIME.minusMillis(1));
        assertThat(subscriptions.add("b", Y)).isEmpty();
        passes(Duration.ofMillis(1));
        assertThat(subscriptions.add("c", Z)).containsExactly(X);
        assertThat(subscriptions.add("c", Z)).isEmpty();
        assertThat(subscriptions.remove("b", Y)).isTrue();
    }

    @Test
    void whoSaysSoAgainIsNotForgottenAtThatMoment() {
        subscriptions.add("a", X);
        passes(LIFETIME);
        assertThat(subscriptions.add("a", X)).isEmpty();
        assertThat(subscriptions.remove("a", X)).isTrue();
    }
}
