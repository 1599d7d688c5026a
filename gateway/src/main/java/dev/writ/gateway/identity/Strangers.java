package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Limits callers without valid credentials by where they come from. Forgets the address that was silent longest. */
@ApplicationScoped
class Strangers {

    private static final int IPV6_BYTES = 16;
    private static final int IPV6_NETWORK_BYTES = 8;

    private final AdmissionConfig config;
    private final LongSupplier nanoTime;
    private final Map<String, Allowance> allowances;

    @Inject
    Strangers(AdmissionConfig config) {
        this(config, System::nanoTime);
    }

    Strangers(AdmissionConfig config, LongSupplier nanoTime) {
        this.config = config;
        this.nanoTime = nanoTime;
        this.allowances = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
                return size() > config.strangers();
            }
        };
    }

    static Problem refusal() {
        return new Problem(
                ProblemType.TOO_MANY_REQUESTS,
                "Too many requests without valid credentials come from this address. Wait.");
    }

    /**
     * What whoever presented something that is not taken is told: why, or to wait. Whoever guesses is slowed down; whoever has a live key is
     * not, even from the same address. A request that is malformed beside its credential comes from somebody known, and guesses nothing.
     */
    Throwable told(Throwable why, SocketAddress from) {
        boolean isGuess = !(why instanceof Problem problem) || problem.type() != ProblemType.MALFORMED;
        return isGuess && !admits(from) ? refusal() : why;
    }

    synchronized boolean admits(SocketAddress from) {
        long now = nanoTime.getAsLong();
        Allowance allowance = allowances.computeIfAbsent(
                network(from),
                first -> new Allowance(config.strangerRate(), config.strangerBurst(), Integer.MAX_VALUE, now));
        boolean admitted = allowance.take(now);
        if (admitted) {
            allowance.giveBack();
        }
        return admitted;
    }

    /** Whoever has one IPv6 address has its whole /64. */
    private static String network(SocketAddress from) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(String.valueOf(from.hostAddress()));
        if (address == null) {
            return "local";
        }
        int length = address.length == IPV6_BYTES ? IPV6_NETWORK_BYTES : address.length;
        return HexFormat.of().formatHex(address, 0, length);
    }
}
