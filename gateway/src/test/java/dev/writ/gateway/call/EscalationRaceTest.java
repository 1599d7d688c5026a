package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditLog;
import dev.writ.audit.Draft;
import dev.writ.audit.LogTail;
import dev.writ.audit.Receipt;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.envelope.Envelopes;
import dev.writ.gateway.permit.PermitTokens;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.gateway.policy.Comparisons;
import dev.writ.gateway.policy.KillSwitch;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens between the look-up of a call that waits already and the entry that makes this one wait. */
@WritTest
class EscalationRaceTest {

    private static final Map<String, ?> PAYMENT = Map.of("to", "acme", "amount", 200);
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Looks further back than {@link Fixture#RULES} do. */
    private static final String WIDER = Fixture.RULES + """
            rule "somebody paid more"
            when
                ToolCall( tool == "bank.pay" )
                Past( tool == "bank.pay", number("amount") > 1000000 ) over window:time(1h) from entry-point "tool"
            then
                allow("so may this one");
            end
            """;

    @Inject
    AuditLog log;

    @Inject
    Histories histories;

    @Inject
    Sightings sightings;

    @Inject
    ActivePolicy policy;

    @Inject
    Decider decider;

    @Inject
    KillSwitch killSwitch;

    @Inject
    Outcomes outcomes;

    @Inject
    CallStates states;

    @Inject
    Approvals approvals;

    @Inject
    Comparisons comparisons;

    @Inject
    Stations stations;

    @Inject
    PermitTokens tokens;

    @Inject
    Envelopes envelopes;

    @Inject
    MeterRegistry meters;

    @Inject
    InstantSource clock;

    @Inject
    Submissions submissions;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final AtomicReference<String> waiting = new AtomicReference<>("");

    @AfterEach
    void putThingsBack() {
        fixture.activate(Fixture.RULES);
    }

    /** Before the second entry is appended, which is the one after the look-up, something happens. */
    private final class Interrupted implements AuditLog {
        private final AtomicInteger appends = new AtomicInteger();
        private final Runnable interruption;

        Interrupted(Runnable interruption) {
            this.interruption = interruption;
        }

        @Override
        public <T> Uni<Receipt<T>> append(Draft<T> draft) {
            return appends.incrementAndGet() == 2
                    ? Uni.createFrom()
                            .voidItem()
                            .emitOn(Infrastructure.getDefaultWorkerPool())
                            .invoke(interruption)
                            .chain(() -> log.append(draft))
                    : log.append(draft);
        }

        @Override
        public LogTail tail() {
            return log.tail();
        }
    }

    private CallState submit(Runnable interruption) {
        Enforcement enforcement = new Enforcement(
                new Interrupted(interruption),
                histories,
                sightings,
                policy,
                decider,
                killSwitch,
                outcomes,
                states,
                approvals,
                comparisons,
                stations,
                tokens,
                envelopes,
                meters,
                clock);
        JsonObject arguments =
                JsonObject.builder().put("to", "acme").put("amount", 200).build();
        Principal principal =
                new Principal(agent.name(), Optional.empty(), agent.keyId(), List.of(), Set.of(Role.AGENT), "api-key");
        return submissions
                .check(
                        new Submission(
                                Optional.empty(),
                                "bank.pay",
                                arguments,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Mode.EXECUTE),
                        principal)
                .chain(enforcement::enforce)
                .await()
                .atMost(LONG);
    }

    private void sameCall() {
        waiting.set(
                agent.call("bank.pay", PAYMENT).then().statusCode(202).extract().path("id"));
    }

    private List<LogEntry> escalated() {
        return fixture.entries("kind=DECIDED&verdict=escalate&agent=" + agent.name());
    }

    @Test
    void aCallJoinsTheSameOneThatCameMeanwhile() {
        fixture.activate(Fixture.RULES);

        CallState state = submit(this::sameCall);

        assertThat(state.call()).hasToString(waiting.get());
        assertThat(escalated()).hasSize(1);
    }

    @Test
    void aCallJoinsTheSameOneThatCameBeforeAPolicyThatLooksFurtherBack() {
        fixture.activate(Fixture.RULES);

        CallState state = submit(() -> {
            sameCall();
            fixture.activate(WIDER);
        });

        assertThat(state.call()).hasToString(waiting.get());
        assertThat(escalated()).hasSize(1);
    }
}
