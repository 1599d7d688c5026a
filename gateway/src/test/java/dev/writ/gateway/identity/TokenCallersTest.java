package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.VerifiedToken;
import dev.writ.gateway.token.VerifiedToken.Actor;
import dev.writ.gateway.token.VerifiedToken.Binding;
import dev.writ.model.AgentBuild;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenCallersTest {

    private static final String ISSUER = "https://issuer.example";

    private final World world = new World();
    private final TokenCallers callers = new TokenCallers(world.directory, world.pseudonyms, world);

    TokenCallersTest() {
        world.register("billing");
    }

    private ApiKey register(Proof.Token proof, String... subjects) {
        return world.issued(world.request("billing", Role.AGENT, proof, subjects))
                .key();
    }

    private static Proof.Token client(String client, boolean standsForAny) {
        return new Proof.Token(ISSUER, Optional.of(client), Optional.empty(), standsForAny);
    }

    private static Proof.Token subject(String subject) {
        return new Proof.Token(ISSUER, Optional.empty(), Optional.of(subject), false);
    }

    private static VerifiedToken token(String subject, String client, Actor... actors) {
        return new VerifiedToken(
                ISSUER, subject, Optional.of(client), List.of(actors), AgentBuild.UNKNOWN, new Binding.Bearer());
    }

    private static Actor actor(String subject) {
        return new Actor(Optional.empty(), subject, Optional.of(subject));
    }

    private static Actor user(String subject) {
        return new Actor(Optional.empty(), subject, Optional.empty());
    }

    private Principal principal(VerifiedToken token, Optional<String> onBehalfOf) {
        return new Callers(ApiKeyIdentities.identity(callers.caller(token, "oidc")), world.pseudonyms)
                .principal(onBehalfOf);
    }

    private Principal principal(VerifiedToken token) {
        return principal(token, Optional.empty());
    }

    private void assertForbidden(VerifiedToken token, String why) {
        assertThatThrownBy(() -> principal(token))
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.FORBIDDEN))
                .extracting(Problem::getMessage)
                .asString()
                .contains(why);
    }

    @Test
    void aClientThatActsForItselfIsItsRegistration() {
        ApiKey key = register(client("robot", false));

        Principal principal = principal(token("robot", "robot"));

        assertThat(principal.agent()).isEqualTo("billing");
        assertThat(principal.client()).isEqualTo(key.id());
        assertThat(principal.onBehalfOf()).isEmpty();
        assertThat(principal.roles()).containsExactly(Role.AGENT);
        assertThat(principal.assurance()).isEqualTo("oidc");
    }

    @Test
    void aClientThatNobodyRegisteredIsNobody() {
        register(client("robot", true));

        assertForbidden(token("stranger", "stranger"), "No key is registered");
        assertForbidden(token("robot", "stranger"), "No key is registered");
        assertForbidden(
                new VerifiedToken(
                        "https://other.example",
                        "robot",
                        Optional.of("robot"),
                        List.of(),
                        AgentBuild.UNKNOWN,
                        new Binding.Bearer()),
                "No key is registered");
    }

    @Test
    void aPersonsTokenIsUsedForThatPersonAndNobodyElse() {
        register(client("robot", false), "ann", "bob");

        assertThat(principal(token("ann", "robot")).onBehalfOf()).contains("ann");
        assertThat(principal(token("ann", "robot"), Optional.of("ann")).onBehalfOf())
                .contains("ann");
        assertThatThrownBy(() -> principal(token("ann", "robot"), Optional.of("bob")))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.FORBIDDEN);
    }

    @Test
    void aPersonWhomTheRegistrationDoesNotListIsRefused() {
        register(client("robot", false), "ann");

        assertForbidden(token("eve", "robot"), "does not list the person");
    }

    @Test
    void aRegistrationMaySayThatItStandsForAnyPersonOfTheIssuer() {
        register(client("robot", true));

        assertThat(principal(token("eve", "robot")).onBehalfOf()).contains("eve");
        // The client itself cannot say so of anybody.
        assertThatThrownBy(() -> principal(token("robot", "robot"), Optional.of("eve")))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.FORBIDDEN);
    }

    @Test
    void whoActsIsTheOutermostActor() {
        register(client("robot", true));

        Principal principal = principal(token("ann", "portal", actor("robot"), actor("planner"), actor("portal")));

        assertThat(principal.agent()).isEqualTo("billing");
        assertThat(principal.onBehalfOf()).contains("ann");
        assertThat(principal.actorChain()).containsExactly("planner", "portal");
        assertForbidden(token("ann", "robot", actor("planner"), actor("robot")), "No key is registered");
    }

    @Test
    void anActorWhoIsCalledLikeAClientIsNotTheClient() {
        register(client("robot", true));

        assertForbidden(token("ann", "portal", user("robot")), "No key is registered");
    }

    @Test
    void anActorOfAnotherIssuerIsNotTakenForOneOfThisOne() {
        register(client("robot", true));

        assertForbidden(
                token("ann", "robot", new Actor(Optional.of("https://evil.example"), "robot", Optional.of("robot"))),
                "another issuer");
    }

    @Test
    void whoActsForSomebodyNeverActsForItselfInstead() {
        register(subject("robot"));

        assertForbidden(token("robot", "robot", actor("robot")), "does not list the person");
        assertThat(principal(token("robot", "any")).onBehalfOf()).isEmpty();
    }

    @Test
    void clientAndSubjectTogetherMustBothFit() {
        register(new Proof.Token(ISSUER, Optional.of("robot"), Optional.of("service-account"), false));

        assertThat(principal(token("service-account", "robot")).onBehalfOf()).isEmpty();
        assertForbidden(token("service-account", "other"), "No key is registered");
        assertForbidden(token("ann", "robot"), "No key is registered");
    }

    @Test
    void aRevokedRegistrationEndsItsTokens() {
        ApiKey key = register(client("robot", false));
        world.keys.revoke(world.root(), key.id()).await().indefinitely();

        assertForbidden(token("robot", "robot"), "No key is registered");
    }

    @Test
    void anExpiredRegistrationEndsItsTokens() {
        register(client("robot", false));
        world.pass(Duration.ofDays(30));

        assertForbidden(token("robot", "robot"), "expired");
    }

    @Test
    void oneTokenIsOneRegistration() {
        register(client("robot", false));

        assertThatThrownBy(() -> register(client("robot", true)))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void aPersonsKeyIsNotEverybodysWhoUsesAClient() {
        assertThatThrownBy(() -> world.request("jd", Role.AUDITOR, client("portal", false)))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThatThrownBy(() -> world.request("jd", Role.AUDITOR, subject("jo")))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(world.issued(world.request("jd", Role.AUDITOR, person("portal", "jo")))
                        .presented())
                .isEmpty();
    }

    private static Proof.Token person(String client, String subject) {
        return new Proof.Token(ISSUER, Optional.of(client), Optional.of(subject), false);
    }

    @Test
    void anAgentThatActsForAPersonIsNotThatPerson() {
        register(client("robot", false), "ann");
        world.issued(world.request("jd", Role.APPROVER, person("portal", "ann")));

        Principal agent = principal(token("ann", "robot"));
        Principal approver = principal(token("ann", "portal"));

        assertThat(agent.agent()).isEqualTo("billing");
        assertThat(agent.onBehalfOf()).contains("ann");
        assertThat(agent.roles()).containsExactly(Role.AGENT);
        assertThat(approver.agent()).isEqualTo("jd");
        assertThat(approver.roles()).containsExactly(Role.APPROVER);
        assertForbidden(token("ann", "stranger"), "No key is registered");
    }

    @Test
    void aClientIsAProgramsOrIsForPersonsToLogInTo() {
        register(client("robot", true));
        world.issued(world.request("jd", Role.AUDITOR, person("portal", "ann")));

        assertThatThrownBy(() -> world.issued(world.request("jd", Role.AUDITOR, person("robot", "ann"))))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.CONFLICT);
        assertThatThrownBy(() -> register(client("portal", true)))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.CONFLICT);
        world.issued(world.request("jo", Role.AUDITOR, person("portal", "jo")));
    }

    @Test
    void aSubjectAloneIsNeverTakenForTheClientThatActsForIt() {
        ApiKey client = register(client("robot", true));
        register(subject("ann"));

        Principal principal = principal(token("ann", "robot"));

        assertThat(principal.client()).isEqualTo(client.id());
        assertThat(principal.onBehalfOf()).contains("ann");
    }
}
