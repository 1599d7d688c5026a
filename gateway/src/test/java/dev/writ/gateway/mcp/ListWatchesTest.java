package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.gateway.catalog.Offer;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListWatchesTest {

    private static final Principal ANN = caller("ann");
    private static final Principal BOB = caller("bob");

    /** One thread, so that what it did is over when it does the next. */
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    private final Map<Principal, Integer> looks = new ConcurrentHashMap<>();
    private final Set<Principal> gone = ConcurrentHashMap.newKeySet();
    private final ListWatches watches = new ListWatches(vertx, Duration.ofMillis(5), this::look);

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static Principal caller(String agent) {
        return new Principal(agent, Optional.empty(), "key of " + agent, List.of(), Set.of(Role.AGENT), "api-key");
    }

    /** Each look finds something else: its own number. */
    private Optional<Map<Offer, Set<String>>> look(Principal caller) {
        String number = String.valueOf(looks.merge(caller, 1, Integer::sum));
        return gone.contains(caller) ? Optional.empty() : Optional.of(Map.of(Offer.TOOL, Set.of(number)));
    }

    private static final class Stream implements ListWatches.Listener {

        private final List<Integer> seen = new CopyOnWriteArrayList<>();
        private final List<String> ends = new CopyOnWriteArrayList<>();

        @Override
        public void sees(Map<Offer, Set<String>> now) {
            Objects.requireNonNull(now.get(Offer.TOOL)).forEach(number -> seen.add(Integer.valueOf(number)));
        }

        @Override
        public void ends() {
            ends.add("over");
        }

        void assertSawEveryLookSinceItJoined() {
            int first = seen.get(0);
            assertThat(seen)
                    .containsExactlyElementsOf(
                            IntStream.range(first, first + seen.size()).boxed().toList());
        }
    }

    private Stream joined(Principal caller) {
        Stream stream = new Stream();
        watches.join(caller, stream);
        return stream;
    }

    private static void awaitLooks(int more, Stream stream) {
        int before = stream.seen.size();
        await().until(() -> stream.seen.size() >= before + more);
    }

    @Test
    void allStreamsOfOneCallerSeeTheSameLooks() {
        List<Stream> streams = List.of(joined(ANN), joined(ANN), joined(ANN));
        assertThat(streams).allSatisfy(stream -> assertThat(stream.seen).hasSizeGreaterThan(0));
        streams.forEach(stream -> awaitLooks(5, stream));
        streams.forEach(Stream::assertSawEveryLookSinceItJoined);
    }

    @Test
    void eachCallerIsLookedAfterByItself() {
        Stream anns = joined(ANN);
        Stream bobs = joined(BOB);
        awaitLooks(3, anns);
        awaitLooks(3, bobs);
        anns.assertSawEveryLookSinceItJoined();
        bobs.assertSawEveryLookSinceItJoined();
        assertThat(watches.of("ann")).isEqualTo(1);
    }

    @Test
    void theLooksEndWithTheLastStreamAndNotBefore() {
        Stream first = joined(ANN);
        Stream last = joined(ANN);
        watches.leave(ANN, first);
        awaitLooks(3, last);
        watches.leave(ANN, last);
        assertThat(watches.of("ann")).isZero();

        Stream clock = joined(BOB);
        awaitLooks(1, clock);
        Integer before = looks.get(ANN);
        awaitLooks(3, clock);
        assertThat(looks.get(ANN)).isEqualTo(before);
    }

    @Test
    void everyStreamEndsOfACallerWhoIsNoneAnyMore() {
        Stream first = joined(ANN);
        Stream second = joined(ANN);
        Stream another = joined(BOB);
        gone.add(ANN);
        await().until(() -> !first.ends.isEmpty() && !second.ends.isEmpty());
        awaitLooks(1, another);
        assertThat(another.ends).isEmpty();
    }

    @Test
    void streamsEndIfTheListsCannotBeLookedAt() {
        ListWatches failing = new ListWatches(vertx, Duration.ofMillis(5), caller -> {
            if (looks.merge(caller, 1, Integer::sum) > 1) {
                throw new IllegalStateException("a test");
            }
            return Optional.of(Map.of(Offer.TOOL, Set.of("0")));
        });
        Stream stream = new Stream();
        failing.join(ANN, stream);
        await().until(() -> !stream.ends.isEmpty());
    }
}
