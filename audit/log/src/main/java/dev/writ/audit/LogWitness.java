package dev.writ.audit;

import dev.writ.model.Digest;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A witness of logs: it cosigns a checkpoint only if that extends the one it cosigned last, and so vouches that there is one
 * history. Safe to share between threads, as its store is.
 *
 * @see <a href="https://c2sp.org/tlog-witness">C2SP tlog-witness</a>
 */
public final class LogWitness {

    private final Cosigner cosigner;
    private final Map<String, List<LogVerifierKey>> logs;
    private final WitnessStore store;
    private final InstantSource clock;

    /** @param logs the keys it trusts; a log has one or more, all of the name that is its origin */
    public LogWitness(Cosigner cosigner, Collection<LogVerifierKey> logs, WitnessStore store, InstantSource clock) {
        this.cosigner = cosigner;
        this.logs = logs.stream().collect(Collectors.groupingBy(LogVerifierKey::name));
        this.store = store;
        this.clock = clock;
    }

    /** The newest checkpoint of a log that it has cosigned, with that cosignature. */
    public Optional<String> latest(String origin) {
        return store.latest(origin).map(WitnessStore.Cosigned::note);
    }

    /** The origins of the logs it knows. */
    public Collection<String> origins() {
        return logs.keySet();
    }

    /**
     * Answers a request to cosign a checkpoint. Blocks until what it answers is on disk.
     *
     * @param body of the request
     */
    public WitnessAnswer add(String body) {
        AddCheckpoint request;
        Note note;
        CheckpointText head;
        try {
            request = AddCheckpoint.parse(body);
            note = Note.parse(request.note());
            head = CheckpointText.parseExtended(note.text());
        } catch (VerificationException malformed) {
            return new WitnessAnswer.Refused(400, String.valueOf(malformed.getMessage()));
        }
        List<LogVerifierKey> keys = logs.getOrDefault(head.origin(), List.of());
        if (keys.isEmpty()) {
            return new WitnessAnswer.Refused(404, "the log is not known here");
        }
        Optional<Note> signed = signed(note, keys);
        if (signed.isEmpty()) {
            return new WitnessAnswer.Refused(403, "the checkpoint is not signed by a key that is trusted for its log");
        }
        if (request.oldSize() > head.size()) {
            return new WitnessAnswer.Refused(400, "the old size is beyond the checkpoint");
        }
        return store.decide(head.origin(), last -> step(request, signed.get(), head, last));
    }

    /** The note with the signatures of those keys alone; empty if there are none, or any of them fails. */
    private static Optional<Note> signed(Note note, List<LogVerifierKey> keys) {
        try {
            List<Note.Line> lines = keys.stream()
                    .filter(key -> key.hasSigned(note))
                    .flatMap(key -> note.signatures().stream()
                            .filter(line -> line.keyName().equals(key.name()) && line.keyId() == key.id()))
                    .toList();
            return Optional.of(lines).filter(found -> !found.isEmpty()).map(found -> new Note(note.text(), found));
        } catch (VerificationException wrong) {
            return Optional.empty();
        }
    }

    private WitnessStore.Step step(
            AddCheckpoint request, Note signed, CheckpointText head, Optional<WitnessStore.Cosigned> last) {
        long size = last.map(WitnessStore.Cosigned::size).orElse(0L);
        if (request.oldSize() != size) {
            return answered(new WitnessAnswer.Conflict(size));
        }
        Digest root = last.map(WitnessStore.Cosigned::root).orElse(Digest.fromBytes(MerkleHash.emptyRoot()));
        boolean isEmptyTree = head.root().equals(Digest.fromBytes(MerkleHash.emptyRoot()));
        if ((head.size() == 0 && !isEmptyTree)
                || !new ConsistencyProof(size, head.size(), request.proof()).proves(root, head.root())) {
            return answered(new WitnessAnswer.Refused(
                    422, "the proof does not show that the checkpoint extends the one of size " + size));
        }
        Cosignature cosignature = cosigner.cosign(signed.text(), clock.instant());
        return new WitnessStore.Step(
                new WitnessAnswer.Cosigned(cosignature.line()),
                Optional.of(new WitnessStore.Cosigned(head.size(), head.root(), cosignature.below(signed.toText()))));
    }

    private static WitnessStore.Step answered(WitnessAnswer answer) {
        return new WitnessStore.Step(answer, Optional.empty());
    }
}
