package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets a request in, or not, before its body is read: so many per second and so many at a time for each principal, whichever of
 * its keys it uses. A request counts until its response is sent or its connection is gone.
 */
@ApplicationScoped
class Admission {

    /** After authentication (200), because it asks who is calling; before authorization (100), because that may refuse. */
    private static final int PRIORITY = 150;

    private static final String HEALTH = "/q/health";

    private final AdmissionConfig config;
    private final Strangers strangers;
    private final LongSupplier nanoTime;

    /** Bounded by the principals that hold a key. */
    private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();

    @Inject
    Admission(AdmissionConfig config, Strangers strangers) {
        this(config, strangers, System::nanoTime);
    }

    Admission(AdmissionConfig config, Strangers strangers, LongSupplier nanoTime) {
        this.config = config;
        this.strangers = strangers;
        this.nanoTime = nanoTime;
    }

    void register(@Observes Filters filters) {
        filters.register(this::admit, PRIORITY);
    }

    private void admit(RoutingContext context) {
        SecurityIdentity identity = ((QuarkusHttpUser) context.user()).getSecurityIdentity();
        if (identity.isAnonymous()) {
            admitStranger(context);
            return;
        }
        Allowance allowance = allowance(identity.getPrincipal().getName());
        if (!allowance.take(nanoTime.getAsLong())) {
            context.fail(refusal());
            return;
        }
        context.addEndHandler(ended -> allowance.giveBack());
        context.next();
    }

    /** Whoever watches the gateway's health has no key, and must not lose it from sight because of a neighbour. */
    private void admitStranger(RoutingContext context) {
        if (context.normalizedPath().startsWith(HEALTH)
                || strangers.admits(context.request().remoteAddress())) {
            context.next();
        } else {
            context.fail(Strangers.refusal());
        }
    }

    /** Lets something in that is no request of this HTTP, and counts it until it is done. */
    <T> Uni<T> within(String principal, Supplier<Uni<T>> work) {
        Allowance allowance = allowance(principal);
        if (!allowance.take(nanoTime.getAsLong())) {
            throw refusal();
        }
        return Uni.createFrom().<T>deferred(work::get).onTermination().invoke(allowance::giveBack);
    }

    private static Problem refusal() {
        return new Problem(
                ProblemType.TOO_MANY_REQUESTS,
                "This principal asks too much at a time. Nothing was done; retry later.");
    }

    Allowance allowance(String principal) {
        return allowances.computeIfAbsent(
                principal,
                first -> new Allowance(config.rate(), config.burst(), config.concurrency(), nanoTime.getAsLong()));
    }
}
