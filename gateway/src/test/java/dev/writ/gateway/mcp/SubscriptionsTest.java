package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SubscriptionsTest {

    private final Subscriptions subscriptions = new Subscriptions();

    @Test
    void whoStopsToFollowStopsNobodyElse() {
        subscriptions.add("a", "files", "file:///x");
        subscriptions.add("b", "files", "file:///x");
        assertThat(subscriptions.remove("c", "files", "file:///x")).isFalse();
        assertThat(subscriptions.remove("a", "files", "file:///x")).isFalse();
        assertThat(subscriptions.remove("a", "files", "file:///x")).isFalse();
        assertThat(subscriptions.remove("b", "other", "file:///x")).isFalse();
        assertThat(subscriptions.remove("b", "files", "file:///x")).isTrue();
        assertThat(subscriptions.remove("b", "files", "file:///x")).isFalse();
    }

    @Test
    void onePrincipalFillsItsOwnShareAndNotThatOfOthers() {
        for (int uri = 0; uri < Subscriptions.MOST; uri++) {
            assertThat(subscriptions.isFull("a")).isFalse();
            subscriptions.add("a", "files", "file:///" + uri);
        }
        assertThat(subscriptions.isFull("a")).isTrue();
        assertThat(subscriptions.isFull("b")).isFalse();
    }
}
