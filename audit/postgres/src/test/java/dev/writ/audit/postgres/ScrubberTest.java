package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.VerifyResult;
import dev.writ.model.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What somebody changes in a log while it is served is found while it is served. */
@SuppressWarnings("NullAway.Init") // JUnit calls start first
class ScrubberTest {

    @RegisterExtension
    private final TestLog log = new TestLog();

    private final AtomicLong size = new AtomicLong(-1);
    private final AtomicInteger passes = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicBoolean isFaulty = new AtomicBoolean();
    private final AtomicReference<Optional<VerifyResult.Broken>> found = new AtomicReference<>(Optional.empty());
    private Scrubber scrubber;

    @BeforeEach
    void start() {
        Orders.append(log, Orders.entry("STARTED", "writ", JsonObject.empty()));
        AuditMetrics metrics = new AuditMetrics() {
            @Override
            public void verified(long entries, Duration took) {
                if (isFaulty.get()) {
                    throw new StackOverflowError("on purpose");
                }
                size.set(entries);
                passes.incrementAndGet();
            }

            @Override
            public void notVerified() {
                failures.incrementAndGet();
            }
        };
        Scrubber.Settings settings = new Scrubber.Settings(
                log.database().reader(),
                log.signer().keys(),
                Optional.empty(),
                CosignatureCheck.NONE,
                1,
                Duration.ofMillis(10));
        scrubber = Scrubber.start(settings, metrics, broken -> {
            found.set(Optional.of(broken));
            log.log().failClosed(broken.what());
        });
    }

    @AfterEach
    void stop() {
        scrubber.close();
    }

    @Test
    void itGoesOverTheLogAgainAndAgain() {
        await().atMost(Duration.ofSeconds(60)).until(() -> size.get() == 1);
        Orders.append(log, Orders.entry("STARTED", "writ", JsonObject.empty()));
        await().atMost(Duration.ofSeconds(60)).until(() -> size.get() == 2);

        assertThat(found.get()).isEmpty();
        assertThat(log.log().isWritable()).isTrue();
    }

    @Test
    void whatItFindsClosesTheLogForGood() {
        await().atMost(Duration.ofSeconds(60)).until(() -> size.get() == 1);

        log.edit("UPDATE audit.entry SET verdict = 'deny' WHERE idx = 0");

        await().atMost(Duration.ofSeconds(60)).until(() -> !log.log().isWritable());
        assertThat(found.get()).map(VerifyResult.Broken::index).contains(0L);
    }

    @Test
    void itTellsOfAnErrorAndGoesOn() {
        isFaulty.set(true);
        await().atMost(Duration.ofSeconds(60)).until(() -> failures.get() > 1);

        isFaulty.set(false);

        int before = passes.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> passes.get() > before);
        assertThat(log.log().isWritable()).isTrue();
    }

    @Test
    void aMalformedRowIsAFindingAndNotAFault() {
        await().atMost(Duration.ofSeconds(60)).until(() -> size.get() == 1);

        log.edit("ALTER TABLE audit.entry ALTER leaf_hash DROP NOT NULL; UPDATE audit.entry SET leaf_hash = NULL");

        await().atMost(Duration.ofSeconds(60)).until(() -> !log.log().isWritable());
        assertThat(failures.get()).isZero();
    }

    @Test
    void itEndsWhenItIsClosed() {
        await().atMost(Duration.ofSeconds(60)).until(() -> passes.get() > 1);

        scrubber.close();

        await().atMost(Duration.ofSeconds(60))
                .until(() -> log.count("SELECT count(*) FROM pg_stat_activity"
                                + " WHERE usename = 'writ_reader' AND datname = current_database()")
                        == 0);
    }
}
