package dev.writ.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticLogVerifierTest {

    private static final LogSigner SIGNER = LogSigner.generate("log.test", new SecureRandom());
    private static final StaticLogVerifier.Options PLAIN = StaticLogVerifier.Options.DEFAULT;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, 66_000})
    void logOfEverySizeIsIntact(long size) {
        Checkpoint head = write(size);

        assertThat(verify()).isEqualTo(new VerifyResult.Intact(size, head, 0));
    }

    @Test
    void saysHowFarItIs() {
        write(600);
        List<Long> seen = new ArrayList<>();

        StaticLogVerifier.verify(
                TileSource.folder(folder), SIGNER.verifierKey(), PLAIN.watchedBy((done, size) -> seen.add(done)));

        assertThat(seen).containsExactly(256L, 512L, 600L);
    }

    // ---- what was tampered with

    @Test
    void findsEveryByteThatWasChangedInASmallLog() throws IOException {
        write(3);
        for (Path file : files()) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at < bytes.length; at++) {
                byte[] changed = bytes.clone();
                changed[at] ^= 1;
                Files.write(file, changed);
                assertThat(verify()).as(file + " at " + at).isInstanceOf(VerifyResult.Broken.class);
            }
            Files.write(file, bytes);
        }
        assertThat(verify()).isInstanceOf(VerifyResult.Intact.class);
    }

    @Test
    void findsEveryFileThatIsMissingCutOrLonger() throws IOException {
        write(700);
        assertThat(files()).hasSize(8);
        for (Path file : files()) {
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
            assertBroken(file + " cut");
            Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
            assertBroken(file + " longer");
            Files.delete(file);
            if (!file.endsWith("checkpoint")) {
                assertBroken(file + " missing");
            }
            Files.write(file, bytes);
        }
        assertThat(verify()).isInstanceOf(VerifyResult.Intact.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"})
    void findsAMissingTileOfAnyLevel(String tile) throws IOException {
        write(65_800);
        Files.delete(folder.resolve(tile));

        assertBroken(tile.contains("001") ? 65_536 : 0, tile + " is missing");
    }

    @Test
    void namesTheEntryThatWasEdited() throws IOException {
        write(1000);
        editBundle("tile/entries/002", 99, "\"n\":611", "\"n\":612");

        assertBroken(611, "entry 611: its leaf does not have the hash that is in tile/0/002");
    }

    @Test
    void namesTheFirstOfManyEntriesThatWereEdited() throws IOException {
        write(1000);
        editBundle("tile/entries/003.p/232", 0, "\"n\":768", "\"n\":769");
        editBundle("tile/entries/001", 5, "\"n\":261", "\"n\":262");
        editBundle("tile/entries/001", 4, "\"n\":260", "\"n\":261");

        assertBroken(260, "entry 260: ");
    }

    @Test
    void namesTheEntryThatIsNotALeaf() throws IOException {
        write(300, index -> index == 290 ? "{}".getBytes(UTF_8) : leaf(index));

        assertBroken(290, "entry 290: a leaf has no member 'v'");
    }

    @Test
    void namesWhereABundleEnds() throws IOException {
        write(300);
        Path bundle = folder.resolve("tile/entries/001.p/44");
        Files.write(bundle, Arrays.copyOf(Files.readAllBytes(bundle), leaf(256).length * 2 + 10));

        assertBroken(258, "tile/entries/001.p/44: a bundle ends within an entry");
    }

    @Test
    void findsAnEntryThatWasRewrittenWithItsTile() throws IOException {
        write(1000);
        rewrite(1000, 611);

        assertBroken(512, "tile/1/000.p/3 does not hold the hashes that the tile below it makes");
    }

    @Test
    void findsAnEntryThatWasRewrittenWithAllTiles() throws IOException {
        Path other = folder.resolve("other");
        Checkpoint head = write(1000);
        FolderLog.write(other, SIGNER, 1000, index -> leaf(index == 611 ? 9999 : index));
        Files.writeString(other.resolve("checkpoint"), head.note());

        assertThat(verify(other, PLAIN)).isEqualTo(broken(0, "the checkpoint's root is not that of the entries"));
    }

    @Test
    void findsATileOfHashesThatWasEdited() throws IOException {
        write(70_000);
        Path tile = folder.resolve("tile/1/000");
        byte[] bytes = Files.readAllBytes(tile);
        bytes[32 * 200 + 7] ^= 1;
        Files.write(tile, bytes);

        assertBroken(200 * 256, "tile/1/000 does not hold");
    }

    @Test
    void refusesACheckpointOfAnotherKey() {
        FolderLog.write(folder, LogSigner.generate("log.test", new SecureRandom()), 3, StaticLogVerifierTest::leaf);

        assertBroken(0, "the checkpoint is not one of this log: a note is not signed by the key of log.test");
    }

    @Test
    void refusesACheckpointOfAnotherSize() throws IOException {
        Path other = folder.resolve("other");
        Checkpoint larger = write(600);
        FolderLog.write(other, SIGNER, 599, StaticLogVerifierTest::leaf);
        Files.writeString(other.resolve("checkpoint"), larger.note());

        assertThat(verify(other, PLAIN)).isEqualTo(broken(512, "tile/0/002.p/88 is missing"));
    }

    @Test
    void cannotReadWhereThereIsNoLog() {
        assertThatThrownBy(this::verify)
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("there is no log at " + folder);
    }

    // ---- keys

    @Test
    void findsAKeyThatTwoEntriesHold() {
        write(5000, index -> keyed(index, "key/" + (index == 4321 ? 17 : index)));

        assertBroken(4321, "entry 4321 has a key that an earlier entry has");
    }

    @Test
    void findsAKeyThatALeafOfARareFormHoldsToo() {
        JsonObject decimal = JsonObject.builder()
                .put("n", new JsonNumber(new BigDecimal("0.5")))
                .build();
        write(500, index -> index == 300 ? leaf("DECIDED", decimal, "key/17") : leaf(index));

        assertBroken(300, "entry 300 has a key that an earlier entry has");
    }

    @Test
    void findsTheFirstKeyThatIsRepeatedAmongMoreThanMemoryKeeps() {
        int keysOfEach = 200;
        write(
                6000,
                index -> keyed(
                        index,
                        Stream.iterate(0, i -> i + 1)
                                .limit(keysOfEach)
                                .map(i -> index > 5000 && i == 3 ? "again/" + index % 900 : index + "/" + i)
                                .toArray(String[]::new)));

        assertBroken(5901, "entry 5901 has a key that an earlier entry has");
    }

    // ---- an earlier checkpoint

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100, 255, 256, 257, 512, 513, 699, 700})
    void everyEarlierCheckpointIsABeginning(long earlier) {
        Checkpoint before = write(earlier);
        Checkpoint head = write(700);

        assertThat(verify(folder, PLAIN.since(before))).isEqualTo(new VerifyResult.Intact(700, head, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, 256, 257, 512, 699, 700})
    void findsThatTheLogWasRewrittenSince(long earlier) {
        Checkpoint before = FolderLog.write(
                folder.resolve("other"), SIGNER, earlier, index -> leaf(index == earlier - 1 ? 9999 : index));
        write(700);

        assertThat(verify(folder, PLAIN.since(before)))
                .isEqualTo(broken(0, "the log does not begin with the " + earlier + " entries that it had"));
    }

    @Test
    void findsThatTheEndWasCutOffSince() {
        Checkpoint before = write(701);
        write(700);

        assertThat(verify(folder, PLAIN.since(before)))
                .isEqualTo(broken(700, "the log had 701 entries, and has only 700"));
    }

    @Test
    void trustsWhatAnEarlierCheckpointCovers() throws IOException {
        Checkpoint before = write(600);
        Checkpoint head = write(1000);
        Path other = folder.resolve("other");
        FolderLog.write(other, SIGNER, 1000, index -> leaf(index == 611 ? 9999 : index));
        Files.writeString(other.resolve("checkpoint"), head.note());

        assertThat(verify(other, PLAIN.since(before)))
                .isEqualTo(broken(600, "the checkpoint's root is not that of the entries"));
    }

    // ---- a log that grew, or was pruned

    @Test
    void findsPartialTilesInTheFullOnesThatReplacedThem() throws IOException {
        Checkpoint before = write(700);
        write(70_000);
        Files.writeString(folder.resolve("checkpoint"), before.note());
        for (String partial : List.of("tile/0/002.p/188", "tile/entries/002.p/188", "tile/1/000.p/2")) {
            Files.delete(folder.resolve(partial));
        }

        assertThat(verify()).isEqualTo(new VerifyResult.Intact(700, before, 0));
    }

    @Test
    void acceptsMissingBundlesOfEntriesThatTheLogSaysWerePruned() throws IOException {
        Checkpoint head = write(2000, index -> index == 1500 ? pruning(index, 1024) : leaf(index));
        for (String pruned : List.of("000", "001", "003")) {
            Files.delete(folder.resolve("tile/entries/" + pruned));
        }

        assertThat(verify()).isEqualTo(new VerifyResult.Intact(2000, head, 1024));
    }

    @Test
    void refusesMissingBundlesOfOtherEntries() throws IOException {
        write(2000, index -> index == 1500 ? pruning(index, 1024) : leaf(index));
        Files.delete(folder.resolve("tile/entries/003"));
        Files.delete(folder.resolve("tile/entries/004"));

        assertBroken(1024, "entries from index 1024 on are missing, and no entry says that they were pruned");
    }

    @Test
    void refusesMissingBundlesIfNothingWasPruned() throws IOException {
        write(600);
        Files.delete(folder.resolve("tile/entries/001"));

        assertBroken(256, "entries from index 256 on are missing, and no entry says that they were pruned");
    }

    @Test
    void provesTheHashesOfWhatWasPruned() throws IOException {
        write(2000, index -> index == 1500 ? pruning(index, 1024) : leaf(index));
        Files.delete(folder.resolve("tile/entries/000"));
        Path tile = folder.resolve("tile/0/000");
        byte[] bytes = Files.readAllBytes(tile);
        bytes[32 * 7] ^= 1;
        Files.write(tile, bytes);

        assertBroken(0, "tile/1/000.p/7 does not hold the hashes that the tile below it makes");
    }

    @Test
    void doesNotAskForWhatItWasToldIsNotThere() throws IOException {
        Checkpoint head = write(1000);
        for (String missing : List.of("000", "001")) {
            Files.delete(folder.resolve("tile/entries/" + missing));
        }

        assertThat(verify(folder, PLAIN.from(600))).isEqualTo(new VerifyResult.Intact(1000, head, 512));
        assertThat(verify(folder, PLAIN.from(511))).isEqualTo(broken(256, "entries from index 256 on are missing"));
    }

    // ---- proofs from tiles

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 255, 256, 257, 700, 66_000})
    void provesEveryEntryFromTiles(long size) {
        Checkpoint head = write(size);
        TileProver prover = TileProver.of(TileSource.folder(folder), head);

        for (long index = 0; index < size; index += 1 + size / 300) {
            TlogProof proof = TlogProof.parse(prover.prove(index).toText());

            assertThat(proof.verify(SIGNER.verifierKey())).isEqualTo(head);
            assertThat(proof.index()).isEqualTo(index);
            assertThat(proof.leaf().orElseThrow().bytes()).isEqualTo(leaf(index));
        }
    }

    @Test
    void provesNothingThatIsNotThere() throws IOException {
        Checkpoint head = write(700);
        TileProver prover = TileProver.of(TileSource.folder(folder), head);
        Files.delete(folder.resolve("tile/entries/000"));
        Files.delete(folder.resolve("tile/0/001"));

        assertThatThrownBy(() -> prover.prove(700)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> prover.prove(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> prover.prove(7)).isInstanceOf(PrunedException.class);
        assertThatThrownBy(() -> prover.prove(300)).isInstanceOf(UnreadableLogException.class);
    }

    // ---- helpers

    private Checkpoint write(long size) {
        return write(size, StaticLogVerifierTest::leaf);
    }

    private Checkpoint write(long size, LongFunction<byte[]> leaf) {
        return FolderLog.write(folder, SIGNER, size, leaf);
    }

    private static byte[] leaf(long index) {
        return keyed(index, "key/" + index);
    }

    private static byte[] keyed(long index, String... keys) {
        return leaf("DECIDED", JsonObject.builder().put("n", index).build(), keys);
    }

    private static byte[] pruning(long index, long below) {
        return leaf(
                "PRUNE",
                JsonObject.builder()
                        .put("operation", "operation-1")
                        .put("below", below)
                        .put("kinds", JsonArray.ofTexts(List.of("DECIDED")))
                        .build(),
                "key/" + index);
    }

    private static byte[] leaf(String kind, JsonObject body, String... keys) {
        Entry entry = new Entry(kind, Instant.EPOCH, List.of(keys), Set.of(), Map.of(), body, "", List.of());
        return Leaf.of(entry, Map.of()).bytes();
    }

    private VerifyResult verify() {
        return verify(folder, PLAIN);
    }

    private static VerifyResult verify(Path log, StaticLogVerifier.Options options) {
        VerifyResult result = StaticLogVerifier.verify(TileSource.folder(log), SIGNER.verifierKey(), options);
        // Messages are compared up to their first comma or semicolon.
        return result.fold(
                intact -> intact,
                broken -> new VerifyResult.Broken(broken.index(), broken.what().split("[,;]", 2)[0]));
    }

    private static VerifyResult.Broken broken(long index, String what) {
        return new VerifyResult.Broken(index, what.split("[,;]", 2)[0]);
    }

    private void assertBroken(String what) {
        assertThat(verify()).as(what).isInstanceOf(VerifyResult.Broken.class);
    }

    private void assertBroken(long index, String what) {
        VerifyResult result = StaticLogVerifier.verify(TileSource.folder(folder), SIGNER.verifierKey(), PLAIN);
        assertThat(result).isInstanceOfSatisfying(VerifyResult.Broken.class, broken -> {
            assertThat(broken.what()).startsWith(what);
            assertThat(broken.index()).isEqualTo(index);
        });
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void editBundle(String path, int place, String from, String to) throws IOException {
        Path file = folder.resolve(path);
        LogPath.EntryBundle bundle = (LogPath.EntryBundle) LogPath.parse(path);
        List<byte[]> leaves = TileBytes.leaves(bundle, Files.readAllBytes(file));
        String leaf = new String(leaves.get(place), UTF_8);
        assertThat(leaf).contains(from);
        leaves.set(place, leaf.replace(from, to).getBytes(UTF_8));
        Files.write(file, TileBytes.ofLeaves(leaves));
    }

    /** Takes bundle and lowest tile from a log in which that entry is another. */
    private void rewrite(long size, long edited) throws IOException {
        Path other = folder.resolve("other");
        FolderLog.write(other, SIGNER, size, index -> leaf(index == edited ? 9999 : index));
        for (String path : List.of("tile/entries/002", "tile/0/002")) {
            Files.write(folder.resolve(path), Files.readAllBytes(other.resolve(path)));
        }
    }
}
