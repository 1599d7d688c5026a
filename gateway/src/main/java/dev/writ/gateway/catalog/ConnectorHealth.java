package dev.writ.gateway.catalog;

import dev.writ.audit.Recorded;
import dev.writ.connect.Health;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.JsonObject;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Whether the services behind the connectors work, as far as this process has seen. */
@ApplicationScoped
@Priority(-1) // After the catalog, which knows the connectors once it is loaded.
class ConnectorHealth implements LogFollower {

    private final Catalog catalog;
    private final MeterRegistry meters;
    private final Map<String, Meter> gauges = new ConcurrentHashMap<>();

    ConnectorHealth(Catalog catalog, MeterRegistry meters) {
        this.catalog = catalog;
        this.meters = meters;
    }

    /** Of each connector that can be called. */
    Map<String, Health> all() {
        Map<String, Health> all = new TreeMap<>();
        catalog.standings().forEach((name, standing) -> of(standing).ifPresent(health -> all.put(name, health)));
        return all;
    }

    static Optional<Health> of(Standing standing) {
        return standing instanceof Standing.Pinned pinned
                ? Optional.of(pinned.connector().connector().health())
                : Optional.empty();
    }

    static JsonObject toJson(Health health) {
        JsonObject.Builder json = JsonObject.builder();
        return health.fold(
                up -> json.put("status", "up").build(),
                failing -> json.put("status", "failing")
                        .put("since", failing.since().toString())
                        .put("why", failing.why())
                        .build(),
                unknown -> json.put("status", "unknown").build());
    }

    @Override
    public Uni<Void> load() {
        return Uni.createFrom()
                .voidItem()
                .invoke(() -> catalog.standings().keySet().forEach(this::watch));
    }

    @Override
    public void onEntry(Recorded recorded) {
        if (recorded.entry().kind().equals(ConnectorEntries.REMOVED)) {
            Optional.ofNullable(gauges.remove(ConnectorEntries.name(recorded.entry())))
                    .ifPresent(meters::remove);
        } else if (ConnectorEntries.KINDS.contains(recorded.entry().kind())) {
            watch(ConnectorEntries.name(recorded.entry()));
        }
    }

    private void watch(String name) {
        gauges.computeIfAbsent(
                name,
                connector -> Gauge.builder("writ.connector.up", this, health -> health.value(connector))
                        .description("1 if the service works, 0 if it fails, NaN if nobody knows")
                        .tag("connector", connector)
                        .register(meters));
    }

    private double value(String connector) {
        return catalog.standing(connector)
                .flatMap(ConnectorHealth::of)
                .map(health -> health.fold(up -> 1.0, failing -> 0.0, unknown -> Double.NaN))
                .orElse(Double.NaN);
    }
}
