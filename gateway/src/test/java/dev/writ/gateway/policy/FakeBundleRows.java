package dev.writ.gateway.policy;

import dev.writ.model.Digest;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Rows in memory; may fail. */
final class FakeBundleRows implements BundleRows {

    private final Map<Digest, StoredBundle> rows = new ConcurrentHashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile List<ToolDefinition> tools = List.of(Bundles.PAY);
    private volatile int failures;

    void put(Map<String, String> files) {
        put(files, Bundles.row(files));
    }

    void put(Map<String, String> files, StoredBundle row) {
        rows.put(Bundles.bundle(files).digest(), row);
    }

    void forgetTools() {
        tools = List.of();
    }

    void failTimes(int times) {
        failures = times;
    }

    int reads() {
        return reads.get();
    }

    @Override
    public Uni<Optional<StoredBundle>> stored(Digest digest) {
        return reads.incrementAndGet() <= failures
                ? Uni.createFrom().failure(new IllegalStateException("no connection"))
                : Uni.createFrom().item(Optional.ofNullable(rows.get(digest)));
    }

    @Override
    public Uni<List<ToolDefinition>> tools(Collection<Digest> digests) {
        return Uni.createFrom()
                .item(tools.stream()
                        .filter(tool -> digests.contains(tool.digest()))
                        .toList());
    }
}
