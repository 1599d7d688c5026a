package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.LoggedIn;
import dev.writ.gateway.token.OfferedLogins;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose key it is that an issuer vouches for. */
class SignInsTest {

    private static final String ISSUER = "https://issuer.example";
    private static final SocketAddress HERE = SocketAddress.inetSocketAddress(1, "192.0.2.1");

    private final World world = new World();
    private final SignIns signIns = new SignIns(
            world.directory,
            OfferedLogins.of(ISSUER, "console", world),
            new Strangers(new Limits(1_000, 1_000, 100, 1, 3, 2), () -> 0),
            new KeyUse(world),
            world);

    private ApiKey register(String issuer, String client, Role role) {
        return world.issued(world.request(
                        "ann", role, new Proof.Token(issuer, Optional.of(client), Optional.of("sub-1"), false)))
                .key();
    }

    private static LoggedIn who(String issuer, String client, String subject) {
        return new LoggedIn(issuer, client, subject, Optional.empty(), List.of(), Optional.empty());
    }

    private Optional<Actor> holder(String issuer, String client, String subject) {
        return signIns.holder(who(issuer, client, subject), HERE);
    }

    @Test
    void theHolderIsWhoIsRegisteredForIssuerClientAndSubject() {
        ApiKey key = register(ISSUER, "console", Role.AUDITOR);

        assertThat(holder(ISSUER, "console", "sub-1")).contains(new Actor("ann", key.id()));
        assertThat(holder("https://other.example", "console", "sub-1")).isEmpty();
        assertThat(holder(ISSUER, "other", "sub-1")).isEmpty();
        assertThat(holder(ISSUER, "console", "sub-2")).isEmpty();
    }

    @Test
    void aKeyThatHasEndedIsNobodys() {
        ApiKey key = register(ISSUER, "console", Role.AUDITOR);
        assertThat(signIns.caller(key.id())).isPresent();
        world.pass(Duration.ofDays(31));

        assertThat(holder(ISSUER, "console", "sub-1")).isEmpty();
        assertThat(signIns.caller(key.id())).isEmpty();
    }

    @Test
    void aProgramsKeyIsNobodys() {
        world.register("ann");
        ApiKey key = register(ISSUER, "console", Role.AGENT);

        assertThat(holder(ISSUER, "console", "sub-1")).isEmpty();
        assertThat(signIns.caller(key.id())).isEmpty();
    }

    @Test
    void aSessionLastsAsLongAsPeopleSignInThere() {
        ApiKey offered = register(ISSUER, "console", Role.AUDITOR);
        ApiKey notOffered = register(ISSUER, "other", Role.AUDITOR);
        ApiKey elsewhere = register("https://other.example", "console", Role.AUDITOR);

        assertThat(signIns.caller(offered.id()))
                .hasValueSatisfying(caller -> assertThat(caller.assurance()).isEqualTo("oidc"));
        assertThat(signIns.caller(notOffered.id())).isEmpty();
        assertThat(signIns.caller(elsewhere.id())).isEmpty();
    }

    @Test
    void whoeverIsNobodyAgainAndAgainIsSlowedDown() {
        for (int i = 0; i < 3; i++) {
            assertThat(holder(ISSUER, "console", "nobody")).isEmpty();
        }
        assertThatThrownBy(() -> holder(ISSUER, "console", "nobody"))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.TOO_MANY_REQUESTS);
        register(ISSUER, "console", Role.AUDITOR);
        assertThat(holder(ISSUER, "console", "sub-1")).isPresent();
    }

    @Test
    void whoeverTriesInVainAgainAndAgainIsSlowedDown() {
        Uni<LoggedIn> wrong = Uni.createFrom().failure(new Problem(ProblemType.UNAUTHENTICATED, "a test"));
        for (int i = 0; i < 3; i++) {
            assertAttempt(wrong, ProblemType.UNAUTHENTICATED);
        }
        assertAttempt(wrong, ProblemType.TOO_MANY_REQUESTS);
        LoggedIn ann = who(ISSUER, "console", "sub-1");
        assertThat(signIns.attempt(Uni.createFrom().item(ann), HERE).await().indefinitely())
                .isEqualTo(ann);
    }

    private void assertAttempt(Uni<LoggedIn> login, ProblemType told) {
        assertThatThrownBy(() -> signIns.attempt(login, HERE).await().indefinitely())
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(told);
    }
}
