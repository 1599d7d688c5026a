package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogWitnessTest {

    private static final int SIZES = 70;
    private static final LogSigner LOG = LogSigner.generate("example.com/log", new SecureRandom());
    private static final Cosigner COSIGNER = Cosigner.generate("example.com/w1", new SecureRandom());
    private static final List<byte[]> HASHES = hashes("leaf ");
    private static final List<byte[]> FORKED = forked(10);

    private Path folder;
    private WitnessFolder store;
    private LogWitness witness;

    private static List<byte[]> hashes(String prefix) {
        List<byte[]> hashes = new ArrayList<>();
        for (int i = 0; i < SIZES; i++) {
            hashes.add(MerkleHash.leaf((prefix + i).getBytes(StandardCharsets.UTF_8)));
        }
        return hashes;
    }

    /** Another history of the same log, that begins with the same leaves. */
    private static List<byte[]> forked(int shared) {
        List<byte[]> other = hashes("other ");
        List<byte[]> fork = new ArrayList<>(HASHES.subList(0, shared));
        fork.addAll(other.subList(shared, SIZES));
        return fork;
    }

    private static Checkpoint head(List<byte[]> tree, long size) {
        return LOG.sign(Frontier.empty().append(tree.subList(0, (int) size)));
    }

    private static String request(List<byte[]> tree, long old, long size) {
        return new AddCheckpoint(
                        old,
                        ConsistencyProof.build(old, size, HashSource.of(tree)).path(),
                        head(tree, size).note())
                .toText();
    }

    private static long conflict(WitnessAnswer answer) {
        return answer.fold(cosigned -> -1L, WitnessAnswer.Conflict::size, refused -> -1L);
    }

    @BeforeEach
    void open() throws IOException {
        folder = Files.createTempDirectory("witness-");
        store = WitnessFolder.open(folder, COSIGNER.verifierKey());
        witness = new LogWitness(COSIGNER, List.of(LOG.verifierKey()), store, Instant::now);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    @Test
    void cosignsATreeThatGrows() {
        assertThat(witness.latest(LOG.verifierKey().name())).isEmpty();
        long old = 0;
        for (long size : new long[] {0, 1, 1, 2, 7, 8, 64, SIZES}) {
            WitnessAnswer answer = witness.add(request(HASHES, old, size));

            assertThat(answer.status()).as(old + " to " + size).isEqualTo(200);
            assertThat(COSIGNER.verifierKey().answered(head(HASHES, size).note(), answer.body()))
                    .isPresent();
            String latest = witness.latest(LOG.verifierKey().name()).orElseThrow();
            assertThat(LOG.verifierKey().verify(latest).size()).isEqualTo(size);
            assertThat(COSIGNER.verifierKey().cosignature(latest)).isPresent();
            old = size;
        }
    }

    @Test
    void tellsItsSizeToWhoeverIsMistakenAboutIt() {
        witness.add(request(HASHES, 0, 9));

        WitnessAnswer answer = witness.add(request(HASHES, 5, 12));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.contentType()).isEqualTo("text/x.tlog.size");
        assertThat(answer.body()).isEqualTo("9\n");
        assertThat(WitnessAnswer.parse(409, answer.contentType(), answer.body()))
                .isEqualTo(answer);
        assertThat(witness.add(request(HASHES, 9, 12)).status()).isEqualTo(200);
    }

    @Test
    void refusesAnotherTreeAtEverySize() {
        witness.add(request(HASHES, 0, 20));

        assertThat(witness.add(request(FORKED, 20, 20)).status()).isEqualTo(422);
        for (int size = 21; size <= 40; size++) {
            assertThat(witness.add(request(FORKED, 20, size)).status()).isEqualTo(422);
        }
        assertThat(witness.add(request(HASHES, 20, 40)).status()).isEqualTo(200);
    }

    @Test
    void refusesAProofWhereNoneIsNeeded() {
        String proven = new AddCheckpoint(
                        0, List.of(Digest.of(new byte[0])), head(HASHES, 3).note())
                .toText();

        assertThat(witness.add(proven).status()).isEqualTo(422);
    }

    @Test
    void refusesAnEmptyTreeWithAnotherRoot() {
        String note = LOG.sign(new CheckpointText(
                                LOG.verifierKey().name(), 0, Digest.of("x".getBytes(StandardCharsets.US_ASCII)))
                        .toText())
                .toText();

        assertThat(witness.add(new AddCheckpoint(0, List.of(), note).toText()).status())
                .isEqualTo(422);
    }

    @Test
    void refusesALogItDoesNotKnow() {
        LogSigner other = LogSigner.generate("example.com/other", new SecureRandom());
        String body =
                new AddCheckpoint(0, List.of(), other.sign(Frontier.empty()).note()).toText();

        assertThat(witness.add(body).status()).isEqualTo(404);
    }

    @Test
    void refusesWhatIsNotSignedByTheLog() {
        LogSigner impostor = LogSigner.generate(LOG.verifierKey().name(), new SecureRandom());
        String unsigned = impostor.sign(Frontier.empty()).note();
        String own = head(HASHES, 3).note();
        String spoilt = own + own.substring(own.indexOf('\u2014')).replaceAll(".{4}\n$", "AAA=\n");

        assertThat(witness.add(new AddCheckpoint(0, List.of(), unsigned).toText())
                        .status())
                .isEqualTo(403);
        assertThat(witness.add(new AddCheckpoint(0, List.of(), spoilt).toText()).status())
                .isEqualTo(403);
        String signedTwice = own + unsigned.substring(unsigned.indexOf('\u2014'));
        assertThat(witness.add(new AddCheckpoint(0, List.of(), signedTwice).toText())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusesWhatIsNoRequest() {
        String note = head(HASHES, 3).note();
        String hash = StrictBase64.encode(new byte[32]) + "\n";
        List<String> bad = List.of(
                "",
                "\n",
                note,
                "old\n\n" + note,
                "old 01\n\n" + note,
                "old -1\n\n" + note,
                "OLD 0\n\n" + note,
                "old 0\n" + note,
                "old 4\n\n" + note,
                "old 1\nnonsense\n\n" + note,
                "old 1\nAAAA\n\n" + note,
                "old 1\n" + hash.repeat(64) + "\n" + note,
                "old 0\n\n",
                "old 0\n\n" + note.replace("\n3\n", "\nthree\n"),
                "old 0\n\nexample.com/log\n3\n");
        for (String body : bad) {
            assertThat(witness.add(body).status()).as(body).isEqualTo(400);
        }
        assertThat(witness.latest(LOG.verifierKey().name())).isEmpty();
    }

    @Test
    void takesTheLongestProof() {
        String body = "old 1\n" + (StrictBase64.encode(new byte[32]) + "\n").repeat(63) + "\n"
                + head(HASHES, 3).note();

        assertThat(witness.add(body).status()).isEqualTo(409);
    }

    @Test
    void cosignsExtensionLinesWithoutReadingThem() {
        Checkpoint head = head(HASHES, 3);
        String text = Note.parse(head.note()).text() + "an extension\n";
        String note = LOG.sign(text).toText();

        WitnessAnswer answer = witness.add(new AddCheckpoint(0, List.of(), note).toText());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(COSIGNER.verifierKey().answered(note, answer.body())).isPresent();
    }

    @Test
    void remembersAfterARestart() {
        witness.add(request(HASHES, 0, 20));
        store.close();
        store = WitnessFolder.open(folder, COSIGNER.verifierKey());
        witness = new LogWitness(COSIGNER, List.of(LOG.verifierKey()), store, Instant::now);

        assertThat(conflict(witness.add(request(FORKED, 0, 30)))).isEqualTo(20);
        assertThat(witness.add(request(FORKED, 20, 30)).status()).isEqualTo(422);
    }

    @Test
    void oneProcessHasTheFolder() {
        assertThatThrownBy(() -> WitnessFolder.open(folder, COSIGNER.verifierKey()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("another witness runs on");
    }

    @Test
    void answersNothingFromADamagedMemory() throws IOException {
        witness.add(request(HASHES, 0, 20));
        Path file = folder.resolve(WitnessFolder.name(LOG.verifierKey().name()) + ".checkpoint");
        Files.writeString(file, Files.readString(file).replace("\n20\n", "\n19\n"));

        assertThatThrownBy(() -> witness.add(request(HASHES, 0, 21)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void answersNothingThatItCannotRemember() throws IOException {
        String name = WitnessFolder.name(LOG.verifierKey().name()) + ".checkpoint";
        Files.createDirectory(folder.resolve(name + ".new"));

        assertThatThrownBy(() -> witness.add(request(HASHES, 0, 21))).isInstanceOf(UncheckedIOException.class);
        assertThat(witness.latest(LOG.verifierKey().name())).isEmpty();
    }

    /** Whatever is asked, in whatever order: what was cosigned is one history that never goes back. */
    @Property(tries = 200)
    void neverCosignsTwoTreesAndNeverGoesBack(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seed) {
        Random random = new Random(seed);
        LogWitness asked = new LogWitness(COSIGNER, List.of(LOG.verifierKey()), new Memory(), Instant::now);
        Map<Long, Digest> cosigned = new TreeMap<>();
        long last = 0;
        for (int i = 0; i < 40; i++) {
            List<byte[]> tree = random.nextInt(3) == 0 ? FORKED : HASHES;
            long size = random.nextInt(SIZES + 1);
            long old = random.nextBoolean() ? Math.min(last, size) : random.nextInt((int) size + 1);
            if (asked.add(request(tree, old, size)).status() == 200) {
                assertThat(old).isEqualTo(last);
                assertThat(size).isGreaterThanOrEqualTo(last);
                Digest root = head(tree, size).root();
                assertThat(cosigned.getOrDefault(size, root)).isEqualTo(root);
                cosigned.put(size, root);
                last = size;
            }
        }
        assertOneHistory(cosigned);
    }

    @Test
    void racesEndInOneHistoryThatNeverGoesBack() throws InterruptedException {
        ConcurrentLinkedQueue<Long> sizes = new ConcurrentLinkedQueue<>();
        Map<Long, Digest> cosigned = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int thread = 0; thread < 8; thread++) {
            Random random = new Random(thread);
            List<byte[]> tree = thread % 2 == 0 ? HASHES : FORKED;
            threads.execute(() -> {
                long known = 0;
                while (known < SIZES) {
                    long size = Math.min(SIZES, known + 1 + random.nextInt(4));
                    long from = known;
                    WitnessAnswer answer = witness.add(request(tree, from, size));
                    if (answer.status() == 200) {
                        sizes.add(size);
                        Digest root = head(tree, size).root();
                        assertThat(cosigned.merge(size, root, (one, other) -> one))
                                .isEqualTo(root);
                        known = size;
                    } else if (answer.status() == 409) {
                        known = conflict(answer);
                    } else {
                        return; // of the history that lost
                    }
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        // Each step was taken once, by one of those who wanted it.
        assertThat(sizes).doesNotHaveDuplicates().contains((long) SIZES);
        assertOneHistory(new TreeMap<>(cosigned));
    }

    private static void assertOneHistory(Map<Long, Digest> cosigned) {
        assertThat(List.of(HASHES, FORKED))
                .anySatisfy(tree -> assertThat(cosigned)
                        .allSatisfy((size, root) ->
                                assertThat(root).isEqualTo(head(tree, size).root())));
    }

    /** Remembers until it is dropped. */
    private static final class Memory implements WitnessStore {

        private Optional<Cosigned> last = Optional.empty();

        @Override
        public synchronized WitnessAnswer decide(
                String origin, java.util.function.Function<Optional<Cosigned>, Step> decision) {
            Step step = decision.apply(last);
            last = step.remember().or(() -> last);
            return step.answer();
        }

        @Override
        public synchronized Optional<Cosigned> latest(String origin) {
            return last;
        }
    }
}
