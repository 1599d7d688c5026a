package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class KeyHistoryTest {

    private static final LogSigner OLD = LogSigner.generate("log.test", new SecureRandom());
    private static final LogSigner NEW = LogSigner.generate("log.test", new SecureRandom());
    private static final LogSigner STRANGER = LogSigner.generate("log.test", new SecureRandom());
    private static final KeyChange ADDED = new KeyChange(NEW.verifierKey(), true);
    private static final KeyChange RETIRED = new KeyChange(OLD.verifierKey(), false);

    /** Entry 2 adds the new key, entry 5 retires the old one. */
    private static final KeyHistory HISTORY =
            KeyHistory.beginningWith(OLD.verifierKey()).then(2, ADDED).then(5, RETIRED);

    private final List<StoredEntry> entries = new ArrayList<>();
    private final List<StoredCheckpoint> checkpoints = new ArrayList<>();
    private Frontier frontier = Frontier.empty();

    KeyHistoryTest() {
        checkpoints.add(StoredLog.checkpoint(OLD, frontier, OptionalLong.empty()));
    }

    @Test
    void bothKeysSignWhileOneReplacesTheOther() {
        String note = OLD.with(NEW).sign(Frontier.empty()).note();

        assertThat(OLD.verifierKey().verify(note)).isEqualTo(NEW.verifierKey().verify(note));
        assertThat(OLD.with(NEW).keys().all()).containsExactly(OLD.verifierKey(), NEW.verifierKey());
    }

    @Test
    void nextKeyIsAnotherOneOfTheSameLog() {
        assertThatIllegalArgumentException().isThrownBy(() -> OLD.with(OLD));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OLD.with(LogSigner.generate("other.test", new SecureRandom())));
    }

    @Test
    void checkpointNeedsOneSignatureOfAKeyInForceAndNoWrongOne() {
        LogKeys keys = OLD.with(NEW).keys();
        String byNew = NEW.sign(Frontier.empty()).note();
        String ofOther =
                OLD.sign(Frontier.empty().append(MerkleHash.leaf(new byte[1]))).note();
        String mixed = byNew + ofOther.substring(ofOther.lastIndexOf("\n\n") + 2);

        assertThat(keys.verify(byNew).size()).isZero();
        assertThatThrownBy(() -> keys.verify(STRANGER.sign(Frontier.empty()).note()))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("no key");
        assertThatThrownBy(() -> keys.verify(mixed)).isInstanceOf(VerificationException.class);
    }

    @Test
    void logWhoseKeyChangedIsIntactForWhoeverTrustsTheNewKey() {
        rotate(OLD.with(NEW), NEW);

        assertThat(verify(NEW, HISTORY)).isEmpty();
    }

    @Test
    void whoTrustsTheRetiredKeyIsTold() {
        rotate(OLD.with(NEW), NEW);

        assertThat(verify(OLD, HISTORY))
                .hasValueSatisfying(what -> assertThat(what).contains("newest checkpoint"));
    }

    @Test
    void retiredKeySignsNothingMore() {
        rotate(OLD.with(NEW), OLD);

        assertThat(verify(OLD, HISTORY))
                .hasValueSatisfying(what -> assertThat(what).contains("in force"));
    }

    @Test
    void keyThatNoEntryAddedSignsNothing() {
        rotate(OLD.with(STRANGER), STRANGER);

        assertThat(verify(STRANGER, HISTORY)).isPresent();
    }

    @Test
    void everyChangeIsAmongTheEntries() {
        append(OLD, Optional.empty(), Optional.empty());

        KeyHistory invented = KeyHistory.beginningWith(OLD.verifierKey()).then(1, ADDED);

        assertThat(verify(OLD, invented))
                .hasValueSatisfying(what -> assertThat(what).contains("taken for a change"));
        assertThat(verify(OLD, KeyHistory.beginningWith(OLD.verifierKey()).then(7, ADDED)))
                .hasValueSatisfying(what -> assertThat(what).contains("not among the entries"));
    }

    @Test
    void changeThatWasOverlookedIsNoticed() {
        append(OLD, Optional.of(ADDED), Optional.empty());

        assertThat(verify(OLD, KeyHistory.beginningWith(OLD.verifierKey()))).isPresent();
    }

    @Test
    void keysThatCannotBeAreRefused() {
        KeyHistory history = KeyHistory.beginningWith(OLD.verifierKey());

        assertThatThrownBy(() -> history.then(1, RETIRED)).isInstanceOf(VerificationException.class);
        assertThatThrownBy(() -> history.then(1, new KeyChange(OLD.verifierKey(), true)))
                .isInstanceOf(VerificationException.class);
        assertThatThrownBy(() -> history.then(1, new KeyChange(STRANGER.verifierKey(), false)))
                .isInstanceOf(VerificationException.class);
    }

    @Test
    void entryOfAChangeSaysWhatItIs() {
        assertThat(KeyChange.of(ADDED.toEntry(Instant.EPOCH))).contains(ADDED);
        assertThat(KeyChange.of(RETIRED.toEntry(Instant.EPOCH))).contains(RETIRED);
    }

    /** Seven entries: two by the old key, then the new one comes, then the old one goes. */
    private void rotate(LogSigner during, LogSigner after) {
        append(OLD, Optional.empty(), Optional.empty());
        append(during, Optional.of(ADDED), Optional.empty());
        append(after, Optional.empty(), Optional.of(RETIRED));
        append(after, Optional.empty());
    }

    @SafeVarargs
    private void append(LogSigner signer, Optional<KeyChange>... changes) {
        long previous = frontier.size();
        for (Optional<KeyChange> change : changes) {
            long index = frontier.size();
            StoredEntry entry =
                    change.map(stated -> stored(index, stated)).orElseGet(() -> StoredLog.entry(index, "key/" + index));
            entries.add(entry);
            frontier = frontier.append(entry.leafHash().bytes());
        }
        checkpoints.add(StoredLog.checkpoint(signer, frontier, OptionalLong.of(previous)));
    }

    private static StoredEntry stored(long index, KeyChange change) {
        return StoredLog.stored(index, Leaf.of(change.toEntry(Instant.EPOCH), Map.of()));
    }

    private Optional<String> verify(LogSigner trusted, KeyHistory history) {
        LogVerifier verifier = new LogVerifier(trusted.keys(), history);
        int next = 0;
        for (StoredCheckpoint checkpoint : checkpoints) {
            while (next < checkpoint.size()) {
                verifier.entry(entries.get(next++));
            }
            verifier.checkpoint(checkpoint);
        }
        entries.stream()
                .flatMap(entry -> entry.keys().keySet().stream().map(key -> Map.entry(key, entry)))
                .sorted(Map.Entry.comparingByKey())
                .forEach(key -> verifier.entryKey(
                        key.getKey(), key.getValue().index(), key.getValue().leafHash()));
        return verifier.result().fold(intact -> Optional.empty(), broken -> Optional.of(broken.what()));
    }
}
