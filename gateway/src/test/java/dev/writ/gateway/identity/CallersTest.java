package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallersTest {

    private final World world = new World();
    private final ApiKey key;
    private final Callers callers;

    CallersTest() {
        world.register("billing-support");
        key = world.issued(world.request("billing-support", Set.of(Role.AGENT), "ann", "bob"))
                .key();
        callers = new Callers(ApiKeyIdentities.identity(key), world.pseudonyms);
    }

    @Test
    void aCallerIsItsKeysPrincipal() {
        Principal principal = callers.principal();

        assertThat(principal.agent()).isEqualTo("billing-support");
        assertThat(principal.client()).isEqualTo(key.id());
        assertThat(principal.roles()).containsExactly(Role.AGENT);
        assertThat(principal.onBehalfOf()).isEmpty();
        assertThat(principal.assurance()).isEqualTo("api-key");
    }

    @Test
    void mayActForAPersonThatItsKeyLists() {
        assertThat(callers.principal(Optional.of("ann")).onBehalfOf()).contains("ann");
    }

    @Test
    void mayNotActForAnybodyElse() {
        for (String person : new String[] {"eve", "Ann", "ann ", world.pseudonyms.of("ann")}) {
            assertThatThrownBy(() -> callers.principal(Optional.of(person)))
                    .asInstanceOf(type(Problem.class))
                    .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.FORBIDDEN))
                    .extracting(Problem::getMessage)
                    .asString()
                    .contains("subjects")
                    .doesNotContain(person);
        }
    }

    @Test
    void aPersonsIdIsATextOfSomeLengthWithoutControlCharacters() {
        for (String person : new String[] {"", " ", "a\u0000", "a\n", "a".repeat(257)}) {
            assertThatThrownBy(() -> callers.principal(Optional.of(person)))
                    .asInstanceOf(type(Problem.class))
                    .extracting(Problem::type)
                    .isEqualTo(ProblemType.MALFORMED);
        }
    }

    @Test
    void somebodyWithoutAKeyIsNobody() {
        Callers nobody =
                new Callers(QuarkusSecurityIdentity.builder().setAnonymous(true).build(), world.pseudonyms);

        assertThatThrownBy(nobody::principal)
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.UNAUTHENTICATED);
    }

    @Test
    void anApproverIsKnownByHandleAndByPerson() {
        ApiKey approving = world.issued(new KeyRequest(
                        PrincipalName.parse("principal", "jd"),
                        Set.of(Role.APPROVER),
                        Set.of(),
                        Set.of("finance"),
                        Optional.of(world.pseudonyms.of("jo@example.com")),
                        ToolPatterns.ALL,
                        Duration.ofDays(1),
                        Optional.empty(),
                        Optional.empty()))
                .key();

        Approver approver = new Callers(ApiKeyIdentities.identity(approving), world.pseudonyms).approver();

        assertThat(approver.name()).isEqualTo("jd");
        assertThat(approver.groups()).containsExactly("finance");
        assertThat(approver.pseudonym()).isEqualTo(world.pseudonyms.of("jd"));
        assertThat(approver.person()).contains(world.pseudonyms.of("jo@example.com"));
    }
}
