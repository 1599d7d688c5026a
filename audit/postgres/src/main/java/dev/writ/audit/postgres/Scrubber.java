package dev.writ.audit.postgres;

import dev.writ.audit.LogKeys;
import dev.writ.audit.MasterKey;
import dev.writ.audit.VerifyResult;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Verifies the whole log in the background, over and over, in one thread and with a login that may only read. After each pass it
 * rests for a multiple of the time the pass took, so that it takes a bounded share of one core whatever the log's size.
 */
public final class Scrubber implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Scrubber.class.getName());

    private final Settings settings;
    private final AuditMetrics metrics;
    private final Consumer<VerifyResult.Broken> broken;
    private final CountDownLatch stopping = new CountDownLatch(1);
    // Its only thread: what a verification would do in parallel is done in it too.
    private final ForkJoinPool thread = new ForkJoinPool(1);

    /**
     * How it works.
     *
     * @param database login of {@code writ_reader}
     * @param keys of which one must have signed the newest checkpoint, as every replica signs with one of them
     * @param rest how many times as long as a pass took it rests after it
     * @param leastRest but at least that long
     */
    public record Settings(
            DatabaseUrl database,
            LogKeys keys,
            Optional<MasterKey> masterKey,
            CosignatureCheck cosignatures,
            int rest,
            Duration leastRest) {

        public Settings {
            if (rest < 0 || leastRest.isNegative()) {
                throw new IllegalArgumentException("a scrubber rests for no less than no time");
            }
        }
    }

    private Scrubber(Settings settings, AuditMetrics metrics, Consumer<VerifyResult.Broken> broken) {
        this.settings = settings;
        this.metrics = metrics;
        this.broken = broken;
    }

    /**
     * Starts at once.
     *
     * @param broken told once, by the scrubber's thread, and then it has ended
     */
    public static Scrubber start(Settings settings, AuditMetrics metrics, Consumer<VerifyResult.Broken> broken) {
        Scrubber scrubber = new Scrubber(settings, metrics, broken);
        scrubber.thread.execute(ForkJoinTask.adapt(scrubber::work));
        return scrubber;
    }

    private void work() {
        boolean isSound = true;
        boolean isReadable = true;
        while (isSound && !isStopping()) {
            long start = System.nanoTime();
            try {
                isSound = pass(start);
                isReadable = true;
            } catch (CancellationException stopped) {
                return;
            } catch (DatabaseException unreadable) {
                if (isReadable && !isStopping()) {
                    LOGGER.log(Level.WARNING, "The log cannot be verified for now: {0}", unreadable.getMessage());
                }
                isReadable = false;
            } catch (Throwable unforeseen) {
                // Memory may be short, or code wrong: a scrubber that ended here would look like one that finds
                // nothing.
                failed(unforeseen);
            }
            if (isSound) {
                rest(Duration.ofNanos(System.nanoTime() - start));
            }
        }
    }

    private void failed(Throwable unforeseen) {
        try {
            metrics.notVerified();
            LOGGER.log(Level.ERROR, "The verification of the log failed, and is tried again", unforeseen);
        } catch (Throwable again) {
            // What is wrong may be that nothing can be told; the next pass tries.
            unforeseen.addSuppressed(again);
        }
    }

    private boolean pass(long start) {
        return PostgresVerifier.verify(
                        settings.database(),
                        settings.keys(),
                        settings.masterKey(),
                        settings.cosignatures(),
                        (done, size) -> requireWanted())
                .fold(
                        intact -> {
                            metrics.verified(intact.size(), Duration.ofNanos(System.nanoTime() - start));
                            return true;
                        },
                        found -> {
                            broken.accept(found);
                            return false;
                        });
    }

    private void rest(Duration pass) {
        Duration rest = pass.multipliedBy(settings.rest());
        long millis = Math.max(rest.toMillis(), settings.leastRest().toMillis());
        try {
            if (stopping.await(millis, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void requireWanted() {
        if (isStopping()) {
            throw new CancellationException("the verification is not wanted any more");
        }
    }

    /** Ends a pass that is under way as well, within a few thousand entries. */
    @Override
    public void close() {
        stopping.countDown();
        thread.shutdown();
    }
}
