package dev.writ.gateway.export;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.InclusionProof;
import dev.writ.audit.LogKeys;
import dev.writ.audit.TlogProof;
import java.nio.charset.StandardCharsets;

/** Exports every entry of a time, and what proves that these are all, so that whoever has it can look for himself. Blocks. */
public final class NoneProof {

    static final String CLAIM = "claim.json";
    static final String CHECKPOINT = "checkpoint";
    static final String BEFORE = "before.tlog-proof";
    static final String AFTER = "after.tlog-proof";

    private final LogSource source;
    private final LogKeys key;
    private final ExportFolder folder;

    public NoneProof(LogSource source, LogKeys key, ExportFolder folder) {
        this.source = source;
        this.key = key;
        this.folder = folder;
    }

    /**
     * Writes the proof; whether the claim is true, {@link NoneCheck} tells.
     *
     * @param wanted what did not happen, its range not known yet
     * @return the claim with its range
     * @throws IllegalStateException if the log does not reach beyond that time yet, or the folder holds something else
     */
    public NoneClaim write(NoneClaim wanted, Export.Listener listener) {
        Checkpoint head = folder.read(CHECKPOINT)
                .map(there -> key.verify(new String(there, StandardCharsets.UTF_8)))
                .orElseGet(source::newest);
        long size = head.size();
        long first = source.firstSince(wanted.earliest(), size).orElse(size);
        long end = source.lastBefore(wanted.latest(), size).orElse(-1) + 1;
        NoneClaim claim = wanted.about(first, Math.max(first, end));
        if (claim.end() >= size) {
            throw new IllegalStateException("the log has no entry yet that is later than " + claim.latest()
                    + ", so entries of that time may still be written; ask again when it has one");
        }
        folder.read(CLAIM)
                .filter(there -> !NoneClaim.fromBytes(there).equals(claim))
                .ifPresent(other -> {
                    throw new IllegalStateException("the folder holds the proof of another claim; choose an empty one");
                });
        folder.write(CLAIM, claim.toJson().toBytes());
        new TileExport(source, folder, head, Coverage.range(Math.max(0, first - 1), claim.end() + 1, size))
                .run(listener);
        TileHashes hashes = new TileHashes(
                size, tile -> folder.read(tile.path()).orElseThrow(() -> new IllegalStateException(tile.path())));
        if (first > 0) {
            prove(BEFORE, first - 1, head, hashes);
        }
        prove(AFTER, claim.end(), head, hashes);
        folder.flush();
        return claim;
    }

    private void prove(String name, long index, Checkpoint head, TileHashes hashes) {
        TlogProof proof = TlogProof.of(InclusionProof.build(index, head.size(), hashes), head);
        folder.write(name, proof.toText().getBytes(StandardCharsets.UTF_8));
    }
}
