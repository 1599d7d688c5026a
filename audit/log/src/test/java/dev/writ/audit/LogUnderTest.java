package dev.writ.audit;

import dev.writ.model.JsonString;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A log under test, and short ways to use it. Each test gets a log without entries. */
public interface LogUnderTest {

    /** How long anything may take on a busy machine. */
    Duration SOON = Duration.ofSeconds(30);

    /** The same log for one test, another for the next. */
    AuditLog log();

    /** Reads that log. */
    AuditReader reader();

    LogVerifierKey verifierKey();

    /** A change that writes a row of index, leaf hash and label, which is its {@code $3}. */
    RowChange rowLabelled(String label);

    /** The rows such changes wrote, by index. */
    List<AppliedRow> rows();

    /** Erases the inputs of a subject. */
    void destroySubjectKey(String id);

    /** Feeds the whole log to a {@link LogVerifier}. */
    VerifyResult verify();

    /** Appends and waits. */
    default Receipt.Created<String> append(Entry entry) {
        return created(start(entry));
    }

    /** Starts an append and does not wait. */
    default <T> CompletableFuture<Receipt<T>> start(Draft<T> draft) {
        return log().append(draft).subscribeAsCompletionStage();
    }

    default CompletableFuture<Receipt<String>> start(Entry entry, RowChange... rows) {
        return start(draft(entry, rows));
    }

    static Draft<String> draft(Entry entry, RowChange... rows) {
        return Draft.independent(new Settled<>(entry, List.of(rows), entry.kind()));
    }

    static <T> Receipt.Created<T> created(CompletableFuture<Receipt<T>> started) {
        return created(done(started));
    }

    static <T> Receipt.Created<T> created(Receipt<T> receipt) {
        return receipt.fold(created -> created, existing -> {
            throw new AssertionError("expected an entry to be created, not " + existing);
        });
    }

    static <T> T done(CompletableFuture<T> started) {
        return await(Uni.createFrom().completionStage(started));
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(SOON);
    }

    /** Starts that many from 16 threads and waits for all. */
    static <T> List<T> together(int count, IntFunction<Uni<T>> start) {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Uni<T>> started = IntStream.range(0, count)
                    .mapToObj(
                            i -> Uni.createFrom().deferred(() -> start.apply(i)).runSubscriptionOn(threads))
                    .toList();
            return await(Uni.join().all(started).andFailFast());
        } finally {
            threads.shutdownNow();
        }
    }

    /** 0, 1, 2 and so on, below the size. */
    static List<Long> indices(long size) {
        return LongStream.range(0, size).boxed().toList();
    }

    static Input facts(String text) {
        return new Input("facts", new JsonString(text), true);
    }
}
