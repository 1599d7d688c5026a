package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogVerifierTest {

    private static final Digest OTHER = Digest.of(new byte[] {1, 2, 3});

    // Checkpoints cover [0, 1), [1, 4), [4, 5) and [5, 12).
    private final StoredLog log = StoredLog.of(1, 4, 5, 12);

    @Test
    void wholeLogIsIntact() {
        assertThat(log.verify().<Long>fold(VerifyResult.Intact::size, broken -> -1L))
                .isEqualTo(12);
    }

    @Test
    void logWithoutEntriesIsIntact() {
        assertThat(StoredLog.of().verify()).isInstanceOf(VerifyResult.Intact.class);
    }

    @Test
    void longLogIsIntactWhateverTheBatches() {
        int[] sizes = IntStream.rangeClosed(1, 90).map(i -> i * i).toArray();

        assertThat(StoredLog.of(sizes).verify()).isInstanceOf(VerifyResult.Intact.class);
    }

    @Test
    void longBatchIsIntact() {
        assertThat(StoredLog.of(5_000, 5_001).verify()).isInstanceOf(VerifyResult.Intact.class);
    }

    // ---- entries

    @Test
    void noticesALeafThatWasEdited() {
        log.change(6, entry -> withLeaf(entry, StoredLog.rewritten(entry).leaf()));

        assertBroken(6, "entry 6: its stored leaf hash is not that of its leaf");
    }

    @Test
    void noticesALeafThatIsNotOne() {
        log.change(6, entry -> withLeaf(entry, Arrays.copyOf(entry.leaf(), entry.leaf().length - 1)));

        assertBroken(6, "entry 6: a leaf is not JSON");
    }

    @Test
    void noticesALeafThatIsNotCanonical() {
        log.change(6, entry -> {
            byte[] spaced = new String(entry.leaf(), StandardCharsets.UTF_8)
                    .replaceFirst("\\{", "{ ")
                    .getBytes(StandardCharsets.UTF_8);
            return withLeaf(entry, spaced);
        });

        assertBroken(6, "entry 6: a leaf is not in canonical form");
    }

    @Test
    void noticesALeafThatWasRewrittenWithAllThatGoesWithIt() {
        log.change(6, StoredLog::rewritten);

        assertBroken(5, "checkpoint of size 12: its root is not that of the entries");
    }

    @Test
    void pinpointsARewrittenLeafThatIsTheOnlyOneOfItsCheckpoint() {
        log.change(4, StoredLog::rewritten);

        assertBroken(4, "checkpoint of size 5: its root");
    }

    @Test
    void noticesAHashThatWasEdited() {
        log.change(
                6,
                entry -> new StoredEntry(
                        entry.index(), entry.leaf(), OTHER, entry.kind(), entry.at(), entry.columns(), entry.keys()));

        assertBroken(6, "leaf hash");
    }

    @Test
    void noticesAKindOrTimeThatWasEdited() {
        StoredEntry entry = log.entries.get(6);
        log.entries.set(
                6,
                new StoredEntry(
                        6, entry.leaf(), entry.leafHash(), "EXECUTED", entry.at(), entry.columns(), entry.keys()));
        assertBroken(6, "entry 6: its stored column kind is not that of its leaf");

        Instant later = entry.at().plusNanos(1_000);
        log.entries.set(
                6,
                new StoredEntry(6, entry.leaf(), entry.leafHash(), entry.kind(), later, entry.columns(), entry.keys()));
        assertBroken(6, "entry 6: its stored time is not that of its leaf");
    }

    @Test
    void noticesAColumnThatWasEditedAddedOrRemoved() {
        assertColumnsBroken(Map.of(Column.AGENT, "agent-8", Column.TOOL, "pay"), "column agent");
        assertColumnsBroken(Map.of(Column.AGENT, "agent-7"), "column tool");
        assertColumnsBroken(Map.of(Column.AGENT, "agent-7", Column.TOOL, "pay", Column.RULE, "any"), "column rule");
    }

    @Test
    void noticesAnEntryThatWasRemoved() {
        log.entries.remove(6);

        assertBroken(6, "entry 6 is missing: entry 7 follows");
    }

    @Test
    void noticesEntriesThatWereRemovedBeforeACheckpoint() {
        log.entries.subList(9, 12).clear();

        assertBroken(9, "checkpoint of size 12 comes after 9 entries");
    }

    @Test
    void noticesAnEntryThatIsThereTwice() {
        log.entries.add(7, log.entries.get(6));

        assertBroken(6, "entry 6 comes twice or out of order");
    }

    @Test
    void noticesEntriesThatChangedPlaces() {
        Collections.swap(log.entries, 6, 7);
        assertBroken(6, "entry 6 is missing: entry 7 follows");
    }

    @Test
    void noticesEntriesThatChangedPlacesAndIndices() {
        StoredEntry sixth = log.entries.get(6);
        log.change(6, entry -> at(6, log.entries.get(7)));
        log.change(7, entry -> at(7, sixth));

        assertBroken(5, "checkpoint of size 12: its root is not that of the entries");
    }

    @Test
    void noticesAnEntryThatNoCheckpointCovers() {
        log.entries.add(StoredLog.entry(12, "key/12"));

        assertBroken(12, "entries from index 12 on are covered by no checkpoint");
    }

    @Test
    void reportsTheFirstOfManyThings() {
        log.change(9, entry -> withLeaf(entry, new byte[0]));
        log.change(2, entry -> withLeaf(entry, new byte[0]));
        log.changeCheckpoint(3, checkpoint -> withRoot(checkpoint, OTHER));

        assertBroken(2, "entry 2: a leaf is not JSON");
    }

    // ---- entry keys

    @Test
    void noticesAKeyThatWasRemovedAddedOrChanged() {
        Digest hash = log.entries.get(6).leafHash();

        assertKeysBroken(Map.of(), "number of keys");
        assertKeysBroken(Map.of("key/6", hash, "key/more", hash), "number of keys");
        assertKeysBroken(Map.of("key/other", hash), "entry key");
        assertKeysBroken(Map.of("key/6", OTHER), "entry key");
    }

    @Test
    void noticesTwoEntriesWithTheSameKey() {
        StoredLog twice = StoredLog.of();
        StoredEntry first = StoredLog.entry(0, "same");
        StoredEntry second = StoredLog.entry(1, "same");
        twice.entries.addAll(List.of(first, second));
        Frontier frontier = Frontier.empty()
                .append(List.of(first.leafHash().bytes(), second.leafHash().bytes()));
        twice.checkpoints.add(StoredLog.checkpoint(frontier, OptionalLong.of(0)));
        LogVerifier verifier = StoredLog.verifier();
        twice.feed(verifier);

        verifier.entryKey("same", 0, first.leafHash());
        verifier.entryKey("same", 1, second.leafHash());

        assertBroken(verifier.result(), 1, "entry 1 shares a key with another entry");
    }

    @Test
    void noticesAKeyThatOneOfTwoEntriesLost() {
        StoredLog twice = StoredLog.of();
        StoredEntry first = StoredLog.entry(0, "same");
        StoredEntry second = StoredLog.entry(1, "same");
        twice.entries.addAll(List.of(first, second));
        Frontier frontier = Frontier.empty()
                .append(List.of(first.leafHash().bytes(), second.leafHash().bytes()));
        twice.checkpoints.add(StoredLog.checkpoint(frontier, OptionalLong.of(0)));
        LogVerifier verifier = StoredLog.verifier();
        twice.feed(verifier);

        verifier.entryKey("same", 0, first.leafHash());

        assertBroken(verifier.result(), 2, "the stored entry keys are not those of the entries");
    }

    @Test
    void noticesKeysThatWereNotFed() {
        LogVerifier verifier = StoredLog.verifier();
        log.feed(verifier);

        assertBroken(verifier.result(), 12, "the stored entry keys are not those of the entries");
    }

    @Test
    void noticesKeysThatAreOthersThanThoseOfTheEntries() {
        LogVerifier verifier = StoredLog.verifier();
        log.feed(verifier);

        for (int i = 0; i < 12; i++) {
            verifier.entryKey("other/%02d".formatted(i), i, log.entries.get(i).leafHash());
        }

        assertBroken(verifier.result(), 12, "the stored entry keys are not those of the entries");
    }

    @Test
    void noticesAKeyThatPointsNowhere() {
        LogVerifier verifier = StoredLog.verifier();
        log.feed(verifier);

        verifier.entryKey("a", 12, OTHER);

        assertBroken(verifier.result(), 12, "an entry key points to entry 12, which is not there");
    }

    @Test
    void wantsKeysInOrder() {
        LogVerifier verifier = StoredLog.verifier();
        log.feed(verifier);
        verifier.entryKey("key/1", 1, log.entries.get(1).leafHash());

        assertThatThrownBy(
                        () -> verifier.entryKey("key/0", 0, log.entries.get(0).leafHash()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- checkpoints

    @Test
    void noticesACheckpointThatWasRemoved() {
        log.checkpoints.remove(2);

        assertBroken(1, "checkpoint of size 5 does not extend the one of size 1");
    }

    @Test
    void noticesACheckpointThatIsThereTwice() {
        log.checkpoints.add(2, log.checkpoints.get(2));

        assertBroken(4, "checkpoint of size 4 does not extend the one of size 4");
    }

    @Test
    void noticesARootThatWasEdited() {
        log.changeCheckpoint(2, checkpoint -> withRoot(checkpoint, OTHER));

        assertBroken(1, "checkpoint of size 4: its note says another size or root than its row");
    }

    @Test
    void noticesAFrontierThatWasEdited() {
        for (int i = 0; i < log.checkpoints.get(2).frontier().length; i++) {
            StoredLog edited = StoredLog.of(1, 4);
            byte[] frontier = edited.checkpoints.get(2).frontier().clone();
            frontier[i] ^= 1;
            edited.changeCheckpoint(2, c -> withFrontier(c, frontier));

            assertBroken(edited.verify(), 1, "checkpoint of size 4: its frontier is not that of the entries");
        }
    }

    @Test
    void noticesASizeThatWasEdited() {
        log.changeCheckpoint(2, c -> new StoredCheckpoint(3, c.previousSize(), c.root(), c.frontier(), c.note()));

        assertBroken(1, "checkpoint of size 3: its note says another size or root than its row");
    }

    @Test
    void noticesAPreviousSizeThatWasEdited() {
        log.changeCheckpoint(
                2, c -> new StoredCheckpoint(c.size(), OptionalLong.of(0), c.root(), c.frontier(), c.note()));

        assertBroken(1, "checkpoint of size 4 does not extend the one of size 1");
    }

    @Test
    void noticesANoteThatDoesNotVerify() {
        log.changeCheckpoint(2, c -> withNote(c, c.note().replace("\n4\n", "\n5\n")));

        assertBroken(1, "checkpoint of size 4: a note's signature by the key of log.test is wrong");
    }

    @Test
    void noticesANoteOfAnotherKey() {
        LogSigner other = LogSigner.generate("log.test", new SecureRandom());
        log.changeCheckpoint(2, c -> StoredLog.checkpoint(other, Frontier.fromBytes(c.frontier()), c.previousSize()));

        assertBroken(1, "checkpoint of size 4: a checkpoint is signed by no key of log.test that is in force");
    }

    @Test
    void noticesANoteOfAnotherCheckpoint() {
        log.changeCheckpoint(2, c -> withNote(c, log.checkpoints.get(3).note()));

        assertBroken(1, "checkpoint of size 4: its note says another size or root than its row");
    }

    @Test
    void noticesASignedCheckpointOfAnotherTree() {
        log.changeCheckpoint(
                4,
                c -> StoredLog.checkpoint(
                        Frontier.empty().append(Collections.nCopies(12, new byte[32])), c.previousSize()));

        assertBroken(5, "checkpoint of size 12: its root is not that of the entries");
    }

    @Test
    void wantsOneGenesis() {
        StoredCheckpoint genesis = log.checkpoints.get(0);

        assertBroken(StoredLog.verifier().result(), 0, "there is no genesis checkpoint");
        log.checkpoints.remove(0);
        assertBroken(0, "entries come before the genesis checkpoint");
        log.checkpoints.add(1, genesis);
        log.entries.clear();
        assertBroken(0, "the first checkpoint, of size 1, is not a genesis");
        log.checkpoints.remove(0);
        log.checkpoints.add(1, genesis);
        assertBroken(0, "checkpoint of size 0 is a second genesis");
        log.checkpoints.set(
                0, new StoredCheckpoint(0, OptionalLong.of(0), genesis.root(), genesis.frontier(), genesis.note()));
        assertBroken(0, "the first checkpoint, of size 0, is not a genesis");
    }

    /** The reason for witnesses. */
    @Test
    void cannotTellThatTheNewestCheckpointsAreGoneWithTheirEntries() {
        log.checkpoints.subList(3, 5).clear();
        log.entries.subList(4, 12).clear();

        assertThat(log.verify().<Long>fold(VerifyResult.Intact::size, broken -> -1L))
                .isEqualTo(4);
    }

    // ---- in short

    private void assertBroken(long index, String what) {
        assertBroken(log.verify(), index, what);
    }

    private static void assertBroken(VerifyResult result, long index, String what) {
        assertThat(result).isInstanceOfSatisfying(VerifyResult.Broken.class, broken -> {
            assertThat(broken.what()).contains(what);
            assertThat(broken.index()).isEqualTo(index);
        });
    }

    private void assertColumnsBroken(Map<Column, String> columns, String what) {
        StoredLog fresh = StoredLog.of(12);
        fresh.change(
                6,
                entry -> new StoredEntry(
                        6, entry.leaf(), entry.leafHash(), entry.kind(), entry.at(), columns, entry.keys()));

        assertBroken(fresh.verify(), 6, "entry 6: its stored " + what + " is not that of its leaf");
    }

    private void assertKeysBroken(Map<String, Digest> keys, String what) {
        StoredEntry entry = log.entries.get(6);
        log.entries.set(
                6, new StoredEntry(6, entry.leaf(), entry.leafHash(), entry.kind(), entry.at(), entry.columns(), keys));

        assertBroken(6, "entry 6: its stored " + what + " is not that of its leaf");
    }

    private static StoredEntry withLeaf(StoredEntry entry, byte[] leaf) {
        return new StoredEntry(
                entry.index(), leaf, entry.leafHash(), entry.kind(), entry.at(), entry.columns(), entry.keys());
    }

    private static StoredEntry at(long index, StoredEntry entry) {
        return new StoredEntry(
                index, entry.leaf(), entry.leafHash(), entry.kind(), entry.at(), entry.columns(), entry.keys());
    }

    private static StoredCheckpoint withRoot(StoredCheckpoint c, Digest root) {
        return new StoredCheckpoint(c.size(), c.previousSize(), root, c.frontier(), c.note());
    }

    private static StoredCheckpoint withFrontier(StoredCheckpoint c, byte[] frontier) {
        return new StoredCheckpoint(c.size(), c.previousSize(), c.root(), frontier, c.note());
    }

    private static StoredCheckpoint withNote(StoredCheckpoint c, String note) {
        return new StoredCheckpoint(c.size(), c.previousSize(), c.root(), c.frontier(), note);
    }
}
