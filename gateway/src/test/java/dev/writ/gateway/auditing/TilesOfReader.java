package dev.writ.gateway.auditing;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Checkpoint;
import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.HashSource;
import dev.writ.audit.Leaf;
import dev.writ.audit.LogPath;
import dev.writ.audit.Recorded;
import dev.writ.audit.TiledLog;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tiles computed from a small log's entries alone; stands in wherever there is no other {@link TiledLog}. */
@DefaultBean
@ApplicationScoped
class TilesOfReader implements TiledLog {

    private final AuditReader reader;

    TilesOfReader(AuditReader reader) {
        this.reader = reader;
    }

    @Override
    public Uni<Checkpoint> checkpoint() {
        return reader.checkpoint();
    }

    @Override
    public Uni<byte[]> read(LogPath path) {
        return path.fold(tile -> hashes(tile.end()).map(hashes -> bytes(tile, hashes)), this::bundle);
    }

    private static byte[] bytes(LogPath.HashTile tile, HashSource hashes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < tile.width(); i++) {
            bytes.writeBytes(hashes.hash(8 * tile.level(), tile.n() * LogPath.WIDTH + i));
        }
        return bytes.toByteArray();
    }

    private Uni<byte[]> bundle(LogPath.EntryBundle bundle) {
        return requireSize(bundle.end())
                .chain(size -> Multi.createFrom()
                        .range((int) bundle.start(), (int) bundle.end())
                        .onItem()
                        .transformToUniAndConcatenate(reader::leaf)
                        .collect()
                        .asList())
                .map(leaves -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    leaves.stream().map(Optional::orElseThrow).map(Leaf::bytes).forEach(leaf -> {
                        bytes.write(leaf.length >> 8);
                        bytes.write(leaf.length);
                        bytes.writeBytes(leaf);
                    });
                    return bytes.toByteArray();
                });
    }

    @Override
    public Uni<ConsistencyProof> consistency(long first, long second) {
        return hashes(second).map(hashes -> ConsistencyProof.build(first, second, hashes));
    }

    private Uni<HashSource> hashes(long size) {
        return requireSize(size)
                .chain(enough -> size == 0
                        ? Uni.createFrom().item(List.<Recorded>of())
                        : reader.find(new EntryQuery(
                                Map.of(),
                                Set.of(),
                                0,
                                size,
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                Math.toIntExact(size),
                                false)))
                .map(entries -> HashSource.of(
                        entries.stream().map(entry -> entry.leafHash().bytes()).toList()));
    }

    private Uni<Long> requireSize(long size) {
        return reader.checkpoint().map(head -> {
            if (size > head.size()) {
                throw new IllegalArgumentException("the log is smaller than that");
            }
            return size;
        });
    }
}
