package dev.writ.gateway.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Authenticator;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.People;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A replica that does not have everything in memory that the log says. */
@WritTest
class PasskeyReplicaTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Fixture fixture = Bank.shared().fixture();
    private final Signer olga = Signer.unregistered(fixture, "olga", Authenticator.es256(), "finance");

    @Inject
    AuditReader reader;

    @Inject
    GovernedState governed;

    @Inject
    PasskeyRows rows;

    @Inject
    PasskeyConfig config;

    @Inject
    Journal journal;

    @Inject
    Statements statements;

    @Inject
    CreationChallenges challenges;

    @Inject
    People people;

    @Inject
    Vertx vertx;

    @Inject
    MeterRegistry meters;

    /** Reads the same, and does that once before it finds entries: after the rows were read. */
    private AuditReader before(Runnable entries) {
        AtomicBoolean isDone = new AtomicBoolean();
        return (AuditReader) Proxy.newProxyInstance(
                AuditReader.class.getClassLoader(), new Class<?>[] {AuditReader.class}, (proxy, method, arguments) -> {
                    Uni<?> read = (Uni<?>) method.invoke(reader, arguments);
                    if (!method.getName().equals("find") || !isDone.compareAndSet(false, true)) {
                        return read;
                    }
                    return Uni.createFrom()
                            .item(() -> {
                                entries.run();
                                return isDone;
                            })
                            .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                            .chain(() -> read);
                });
    }

    private void confirmed() {
        olga.register().then().log().ifValidationFails().statusCode(201);
        olga.confirmBy(fixture.reviewer).then().log().ifValidationFails().statusCode(200);
    }

    private void follow(Passkeys replica) {
        for (String key : PasskeyEntries.keys(olga.id())) {
            reader.byKey(key).await().atMost(PATIENCE).ifPresent(replica::onEntry);
        }
    }

    @Test
    void knowsWhatIsRegisteredWhileItStarts() {
        AuditReader between = before(this::confirmed);
        Passkeys replica = new Passkeys(Auditing.state(between, vertx), between, rows, config);

        replica.load().await().atMost(PATIENCE);
        follow(replica);

        assertThat(replica.find(olga.id())).map(Passkey::state).contains(Passkey.State.LIVE);
        assertThat(replica.isRevokedAfter(olga.id(), List.of())).isFalse();
    }

    @Test
    void doesNotBringBackWhatIsRevokedWhileItStarts() {
        AuditReader between = before(() -> {
            confirmed();
            olga.revokeBy(olga.client()).then().statusCode(204);
        });
        Passkeys replica = new Passkeys(Auditing.state(between, vertx), between, rows, config);

        replica.load().await().atMost(PATIENCE);
        follow(replica);

        assertThat(replica.find(olga.id())).isEmpty();
    }

    @Test
    void doesNotKnowWhatHasLostItsRow() {
        confirmed();
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute("DELETE FROM writ.passkey WHERE id = '" + olga.id() + "'");
        }
        Passkeys replica = new Passkeys(governed, reader, rows, config);

        replica.load().await().atMost(PATIENCE);

        assertThat(replica.find(olga.id())).isEmpty();
    }

    private Registrations registrations(Passkeys replica) {
        return new Registrations(journal, replica, statements, challenges, people);
    }

    private static Approver approver(Client client, Role role) {
        String key = client.key().split("_", -1)[1];
        return new Approver(
                new Principal(client.name(), Optional.empty(), key, List.of(), Set.of(role), "api-key"),
                Set.of(),
                client.name(),
                Optional.empty());
    }

    @Test
    void endsWhatItDoesNotKnow() {
        confirmed();
        Registrations replica = registrations(new Passkeys(governed, reader, rows, config));
        Approver admin = approver(fixture.admin, Role.ADMIN);

        Passkey ended = replica.revoke(olga.id(), admin).await().atMost(PATIENCE);

        assertThat(ended.state()).isEqualTo(Passkey.State.REVOKED);
        assertThat(replica.revoke(olga.id(), admin).await().atMost(PATIENCE)).isEqualTo(ended);
        assertThat(olga.state()).isEqualTo("revoked");
    }

    @Test
    void confirmsWhatItDoesNotKnow() {
        olga.register().then().log().ifValidationFails().statusCode(201);
        Registrations replica = registrations(new Passkeys(governed, reader, rows, config));

        Passkey confirmed = replica.confirm(olga.id(), approver(fixture.reviewer, Role.REVIEWER))
                .await()
                .atMost(PATIENCE);

        assertThat(confirmed.state()).isEqualTo(Passkey.State.LIVE);
        assertThat(olga.state()).isEqualTo("live");
    }

    @Test
    void confirmsWithAnotherWhatItDoesNotKnow() {
        confirmed();
        Passkeys passkeys = new Passkeys(governed, reader, rows, config);
        passkeys.load().await().atMost(PATIENCE);
        Signer second = olga.with(Authenticator.es256());
        second.register().then().log().ifValidationFails().statusCode(201);
        JsonObject challenge = Signer.json(olga.client().get("/v1/passkeys/" + second.id() + "/challenge"));
        Approver by = approver(olga.client(), Role.APPROVER);

        assertThat(registrations(passkeys)
                        .statement(second.id(), by)
                        .await()
                        .atMost(PATIENCE)
                        .text("passkey"))
                .contains(second.id());
        Passkey confirmed = registrations(passkeys)
                .confirm(
                        second.id(),
                        by,
                        olga.sign(challenge),
                        challenge.object("statement").orElseThrow())
                .await()
                .atMost(PATIENCE);

        assertThat(confirmed.state()).isEqualTo(Passkey.State.LIVE);
        assertThat(second.state()).isEqualTo("live");
    }

    @Test
    void saysThatARowContradictsTheLog() {
        confirmed();
        double before = distrusted();
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute("UPDATE writ.passkey SET state = 'revoked' WHERE id = '" + olga.id() + "'");
        }

        olga.client().get("/v1/passkeys?state=revoked").then().statusCode(200).body("items.size()", equalTo(0));

        assertThat(distrusted()).isGreaterThan(before);
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute("UPDATE writ.passkey SET state = 'live' WHERE id = '" + olga.id() + "'");
        }
    }

    private double distrusted() {
        return meters.counter("writ.rows.distrusted", "table", "passkey").count();
    }
}
