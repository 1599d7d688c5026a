package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Checkpoint;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Frontier;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.TlogProof;
import dev.writ.audit.VerificationException;
import dev.writ.audit.VerifyResult;
import dev.writ.model.Digest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A log of 700 entries: two full tiles and a partial one. */
@SuppressWarnings("NullAway.Init") // JUnit calls open first
class PostgresTiledLogTest {

    private static final int SIZE = 700;
    private static final Vertx VERTX = Vertx.vertx();

    @RegisterExtension
    private final TestLog log = new TestLog();

    private PostgresTiledLog tiled;
    private final List<byte[]> leafHashes = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        Orders.fill(log, "STARTED", SIZE);
        for (long i = 0; i < SIZE; i++) {
            leafHashes.add(log.leafHash(i));
        }
        tiled = PostgresTiledLog.open(VERTX, log.database().reader(), LogKeys.of(log.verifierKey()));
        await().atMost(Duration.ofSeconds(60)).until(() -> tiles() == 2);
    }

    @AfterEach
    void close() {
        tiled.close();
    }

    @Test
    void fullAndPartialTilesAreTheLeafHashes() {
        assertThat(read("tile/0/000")).isEqualTo(concatenated(0, 256));
        assertThat(read("tile/0/001")).isEqualTo(concatenated(256, 512));
        assertThat(read("tile/0/002.p/188")).isEqualTo(concatenated(512, 700));
        assertThat(read("tile/0/002.p/1")).isEqualTo(concatenated(512, 513));
        assertThat(read("tile/0/000.p/3")).as("of a past size").isEqualTo(concatenated(0, 3));
    }

    @Test
    void tilesAboveAreTheRootsOfThoseBelow() {
        byte[] roots = read("tile/1/000.p/2");

        assertThat(Arrays.copyOf(roots, 32)).isEqualTo(root(0, 256));
        assertThat(Arrays.copyOfRange(roots, 32, 64)).isEqualTo(root(256, 512));
        assertThat(read("tile/1/000.p/1")).isEqualTo(root(0, 256));
    }

    @Test
    void bundlesAreTheLeaves() {
        ByteBuffer bundle = ByteBuffer.wrap(read("tile/entries/002.p/188"));

        for (int i = 512; i < SIZE; i++) {
            byte[] leaf = new byte[Short.toUnsignedInt(bundle.getShort())];
            bundle.get(leaf);
            assertThat(MerkleHash.leaf(leaf)).isEqualTo(leafHashes.get(i));
        }
        assertThat(bundle.hasRemaining()).isFalse();
    }

    @Test
    void whatIsNotThereYetIsRefused() {
        assertThatThrownBy(() -> read("tile/0/002.p/189")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("tile/0/002")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("tile/1/000.p/3")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("tile/entries/003.p/1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> done(tiled.consistency(3, 701))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> done(tiled.consistency(4, 3))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyTwoSizesAreProvedToBeOneLog() {
        int[] sizes = {0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 640, 699, 700};
        for (int first : sizes) {
            for (int second : sizes) {
                if (first <= second) {
                    assertThat(done(tiled.consistency(first, second))
                                    .proves(Digest.fromBytes(root(0, first)), Digest.fromBytes(root(0, second))))
                            .as(first + " to " + second)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void proofsComeFromTilesOnceTheyAreThere() {
        log.edit("UPDATE audit.entry SET leaf_hash = sha256('') WHERE idx = 3");

        TlogProof.parse(done(log.reader().proof(300, SIZE)))
                .verify(log.verifierKey(), Digest.fromBytes(leafHashes.get(300)));
    }

    @Test
    void aChangedLeafIsNotServed() {
        log.edit("UPDATE audit.entry SET leaf = leaf || '\\x20' WHERE idx = 600");

        assertThatThrownBy(() -> read("tile/entries/002.p/188")).isInstanceOf(VerificationException.class);
    }

    @Test
    void withoutTilesEverythingIsComputed() {
        log.edit("DELETE FROM audit.tile");

        assertThat(read("tile/0/000")).isEqualTo(concatenated(0, 256));
        assertThat(read("tile/1/000.p/2")).startsWith(root(0, 256));
        assertThat(done(tiled.consistency(300, 700))
                        .proves(Digest.fromBytes(root(0, 300)), Digest.fromBytes(root(0, 700))))
                .isTrue();
    }

    @Test
    void theCheckpointHasItsCosignatures() {
        Checkpoint bare = done(tiled.checkpoint());
        assertThat(bare.size()).isEqualTo(SIZE);

        log.database()
                .execute("INSERT INTO audit.cosignature SELECT 1, 700, w, 'line of ' || w, now()"
                        + " FROM (VALUES ('b'), ('a')) witnesses (w)");

        assertThat(done(tiled.checkpoint()).note()).isEqualTo(bare.note() + "line of a\nline of b\n");
    }

    @Test
    void aProofHasTheCosignaturesOfItsCheckpoint() {
        log.database().execute("INSERT INTO audit.cosignature VALUES (1, 700, 'w', '\u2014 w AAAAAAAA', now())");

        TlogProof proof = TlogProof.parse(done(log.reader().proof(300, SIZE)));

        assertThat(proof.checkpoint()).endsWith("\n\u2014 w AAAAAAAA\n");
        assertThat(proof.verify(LogKeys.of(log.verifierKey()), Digest.fromBytes(leafHashes.get(300)))
                        .size())
                .isEqualTo(SIZE);
    }

    @Test
    void aHeadThatOnlyARetiredKeyHasSignedIsNoHead() {
        LogKeys keys = LogSigner.generate(log.verifierKey().name(), new SecureRandom())
                .keys()
                .andRetired(log.verifierKey());
        try (PostgresTiledLog later =
                        PostgresTiledLog.open(VERTX, log.database().reader(), keys);
                PostgresCosignatures cosignatures =
                        PostgresCosignatures.open(VERTX, log.database().writer(), keys);
                PostgresAuditReader reader = PostgresAuditReader.open(
                        VERTX, log.database().reader(), keys, MasterKey.generate(new SecureRandom()))) {
            assertThatThrownBy(() -> done(later.checkpoint())).isInstanceOf(VerificationException.class);
            assertThatThrownBy(() -> done(cosignatures.head())).isInstanceOf(VerificationException.class);
            assertThatThrownBy(() -> done(reader.checkpoint())).isInstanceOf(VerificationException.class);
            assertThat(done(reader.proof(3, 5))).as("an older checkpoint").isNotEmpty();
        }
    }

    @Test
    void whoListsDoesNotKeepTheOthersWaiting() throws Exception {
        try (Connection lock = Databases.connect(log.database().admin());
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE audit.entry IN ACCESS EXCLUSIVE MODE");
            EntryQuery all =
                    new EntryQuery(Map.of(), Set.of(), 0, SIZE, Optional.empty(), Optional.empty(), false, 10, false);
            List<UniAssertSubscriber<?>> listings = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                listings.add(log.reader().list(all).subscribe().withSubscriber(UniAssertSubscriber.create()));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> log.count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock'")
                            > 0);

            assertThat(log.reader()
                            .checkpoint()
                            .await()
                            .atMost(Duration.ofSeconds(4))
                            .size())
                    .isEqualTo(SIZE);
            lock.rollback();
            listings.forEach(listing -> listing.awaitItem(TestLog.SOON));
        }
    }

    @Test
    void whoComesWhenTooManyWaitIsRefused() throws Exception {
        try (Connection lock = Databases.connect(log.database().admin());
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE audit.log IN ACCESS EXCLUSIVE MODE");
            List<UniAssertSubscriber<Checkpoint>> readers = new ArrayList<>();
            for (int i = 0; i < 140; i++) {
                readers.add(tiled.checkpoint().subscribe().withSubscriber(UniAssertSubscriber.create()));
            }

            UniAssertSubscriber<Checkpoint> last = readers.get(139);
            last.awaitFailure(TestLog.SOON).assertFailedWith(AuditUnavailableException.class);
            lock.rollback();
            readers.get(0).awaitItem(TestLog.SOON);
        }
    }

    @Test
    void anotherReplicaGoesOnWhereTheFirstEnded() throws Exception {
        log.edit("DELETE FROM audit.tile WHERE n = 1");
        log.log().close();

        PostgresAuditLog other = log.open("two");

        await().atMost(Duration.ofSeconds(60)).until(() -> tiles() == 2);
        assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
        assertThat(other.isWritable()).isTrue();
    }

    @Test
    void leafHashesThatAreNotThoseOfTheHeadMakeNoTile() {
        log.edit("DELETE FROM audit.tile; UPDATE audit.entry SET leaf_hash = sha256('') WHERE idx = 3");
        log.log().close();

        PostgresAuditLog other = log.open("two");

        await().atMost(Duration.ofSeconds(60)).until(() -> !other.isWritable());
        assertThat(tiles()).isZero();
    }

    private long tiles() {
        return log.count("SELECT count(*) FROM audit.tile");
    }

    private byte[] read(String path) {
        return done(tiled.read(LogPath.parse(path)));
    }

    private byte[] concatenated(int from, int to) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        leafHashes.subList(from, to).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private byte[] root(int from, int to) {
        return Frontier.empty().append(leafHashes.subList(from, to)).root();
    }

    private static <T> T done(Uni<T> uni) {
        return uni.await().atMost(TestLog.SOON);
    }
}
