package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.Draft;
import dev.writ.audit.Entries;
import dev.writ.audit.Entry;
import dev.writ.audit.KeyChange;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.Settled;
import dev.writ.audit.VerifyResult;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KeyRotationTest {

    @RegisterExtension
    private final TestLog log = new TestLog();

    private final LogSigner next = LogSigner.generate("example.com/writ", new SecureRandom());

    @Test
    void goesOnWithTheNextKeyWhenEveryReplicaHasSignedWithBoth() {
        append(log.log(), "before");
        PostgresAuditLog both = log.open("two", log.signer().with(next));
        append(both, new KeyChange(next.verifierKey(), true));
        append(log.log(), "by the old key alone, as this replica was not restarted yet");
        append(both, "by both");
        log.log().close();
        PostgresAuditLog alone = log.open("three", next);
        append(alone, new KeyChange(log.verifierKey(), false));
        append(alone, "after");

        assertThat(alone.firstKey()).isEqualTo(log.verifierKey());
        assertThat(found(next.verifierKey())).isEqualTo("intact");
        assertThat(found(log.verifierKey())).contains("signed by no key");
        log.expectBroken(); // for whoever has the old key only
    }

    @Test
    void losesNothingWhenTheKeyChangesUnderLoad() {
        PostgresAuditLog old = log.log();
        try (Appending first = new Appending(old, "first/")) {
            PostgresAuditLog both = log.open("two", log.signer().with(next));
            try (Appending second = new Appending(both, "second/")) {
                append(both, new KeyChange(next.verifierKey(), true));
                first.stop();
                old.close();
                append(both, "by both");
                PostgresAuditLog alone = log.open("three", next);
                try (Appending third = new Appending(alone, "third/")) {
                    append(alone, new KeyChange(log.verifierKey(), false));
                    second.stop();
                    append(alone, "after");
                    third.stop();

                    assertThat(first.acknowledged() + second.acknowledged() + third.acknowledged() + 4)
                            .isEqualTo(alone.tail().size());
                }
            }
        }
        assertThat(found(next.verifierKey())).isEqualTo("intact");
        assertThat(log.complaintsOfThirdParties(next.verifierKey())).isEmpty();
        log.expectBroken(); // for whoever has the old key only
    }

    /** Appends as fast as receipts come. */
    private static final class Appending implements AutoCloseable {
        private final AtomicBoolean isStopped = new AtomicBoolean();
        private final AtomicLong acknowledged = new AtomicLong();
        private final Thread thread;

        Appending(PostgresAuditLog to, String keys) {
            thread = new Thread(() -> {
                while (!isStopped.get()) {
                    append(to, keys + acknowledged.get());
                    acknowledged.incrementAndGet();
                }
            });
            thread.start();
            await().atMost(TestLog.SOON).until(() -> acknowledged.get() > 20);
        }

        void stop() {
            isStopped.set(true);
            await().atMost(TestLog.SOON).until(() -> !thread.isAlive());
        }

        long acknowledged() {
            return acknowledged.get();
        }

        @Override
        public void close() {
            stop();
        }
    }

    @Test
    void takesNoHeadThatOnlyARetiredKeySigned() {
        PostgresAuditLog both = log.open("two", log.signer().with(next));
        append(both, new KeyChange(next.verifierKey(), true));
        append(log.log(), "by the old key alone");

        assertThatThrownBy(() -> log.open("three", next)).hasMessageContaining("no key of example.com/writ");
    }

    @Test
    void opensNoLogThatDoesNotKnowTheKey() {
        append(log.log(), "before");

        assertThatThrownBy(() -> log.open("two", next))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("was begun with the key");
    }

    @Test
    void keyThatSomebodyPutIntoTheRowIsNotBelieved() {
        append(log.log(), "before");
        log.edit("UPDATE audit.log SET vkey = '" + next.verifierKey().vkey() + "'");
        log.expectBroken();

        assertThat(found(log.verifierKey())).contains("signed by no key");
        assertThat(found(next.verifierKey())).contains("signed by no key");
    }

    @Test
    void keyThatWasAddedInTheDatabaseAloneSignsNothing() {
        append(log.log(), "before");
        log.edit("UPDATE audit.entry SET kind = 'LOG_KEY_ADDED'");
        log.expectBroken();

        assertThat(found(log.verifierKey())).contains("kind");
    }

    @Test
    void replicaThatStillSignsWithBothTakesAHeadThatOnlyTheNextKeySigned() {
        LogSigner both = log.signer().with(next);
        append(log.open("two", both), new KeyChange(next.verifierKey(), true));
        append(log.open("three", next), "by a replica where the old key is retired");

        assertThat(found(both.keys())).isEqualTo("intact");
        assertThat(found(log.verifierKey())).contains("signed by no key");
        log.expectBroken(); // for whoever has the old key only
    }

    private String found(LogVerifierKey trusted) {
        return found(LogKeys.of(trusted));
    }

    private String found(LogKeys trusted) {
        VerifyResult result = log.verify(trusted);
        return result.fold(intact -> "intact", VerifyResult.Broken::what);
    }

    private static void append(PostgresAuditLog to, String key) {
        append(to, Entries.keyed("DECIDED", key));
    }

    private static void append(PostgresAuditLog to, KeyChange change) {
        append(to, change.toEntry(Instant.EPOCH));
    }

    private static void append(PostgresAuditLog to, Entry entry) {
        to.append(new Draft<>(Set.of(), to.tail().size(), since -> new Settled<>(entry, List.of(), "done")))
                .await()
                .atMost(TestLog.SOON);
    }
}
