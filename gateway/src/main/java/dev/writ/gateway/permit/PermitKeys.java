package dev.writ.gateway.permit;

import dev.writ.audit.MasterKey;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/**
 * The keys that sign permits. They follow one another by the clock, and each is derived from the master key: all replicas have the
 * same ones at the same time, and there is nothing to store or to hand out.
 */
@ApplicationScoped
class PermitKeys {

    private final MasterKey master;
    private final PermitConfig config;
    private final InstantSource clock;
    private final Map<Long, PermitKey> byPeriod = new ConcurrentHashMap<>();

    PermitKeys(MasterKey master, PermitConfig config, InstantSource clock) {
        if (config.keyLifetime().toMinutes() < 1 || config.lifetime().toMillis() < 1) {
            throw new IllegalArgumentException(
                    "writ.permit.key-lifetime is at least a minute, and writ.permit.lifetime is positive");
        }
        this.master = master;
        this.config = config;
        this.clock = clock;
    }

    /** The first signature of a process takes a hundred times as long as others, since classes are loaded: no call should wait for that. */
    void start(@Observes StartupEvent started) {
        current().signature(new byte[0]);
    }

    /** The one that signs now. */
    PermitKey current() {
        return of(period());
    }

    /**
     * The one that signed before, the one that signs, and the one that will: a verifier that asks seldom knows each before it is
     * used, and replicas whose clocks differ a little accept each other's.
     */
    List<PermitKey> published() {
        long now = period();
        byPeriod.keySet().removeIf(past -> past < now - 1);
        return LongStream.rangeClosed(now - 1, now + 1).mapToObj(this::of).toList();
    }

    private long period() {
        return Math.floorDiv(
                clock.instant().getEpochSecond(), config.keyLifetime().toSeconds());
    }

    private PermitKey of(long period) {
        return byPeriod.computeIfAbsent(
                period,
                number -> PermitKey.derive(
                        master,
                        "writ-permit-key-v1\n" + config.keyGeneration() + "\n"
                                + config.keyLifetime().toSeconds() + "\n" + number));
    }
}
