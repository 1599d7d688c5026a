package dev.writ.gateway.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.demo.FakeGateway.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

    @TempDir
    private Path home;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void succeedsWhenEveryCallCameOutAsTheScenarioSays() throws IOException {
        assertThat(play()).isTrue();
        assertThat(printed.toString(UTF_8))
                .contains("\"My payment failed twice, but I was still charged. I need this fixed today.\"")
                .doesNotContain("WRONG");
    }

    @Test
    void failsWhenADeniedCallReachedTheService() throws IOException {
        assertThat(play(Fault.EXECUTES_WHAT_IT_DENIES)).isFalse();
        assertThat(printed.toString(UTF_8))
                .contains("ok      every call came out as the scenario says")
                .contains("WRONG   the billing service was asked once for each allowed call");
    }

    @Test
    void failsWhenARepeatedKeyWasCarriedOutAgain() throws IOException {
        assertThat(play(Fault.FORGETS_KEYS)).isFalse();
        assertThat(printed.toString(UTF_8)).contains("WRONG   a repeated key got the first answer again");
    }

    @Test
    void failsWhenTheGatewayOnlyClaimsToHaveRefunded() throws IOException {
        assertThat(play(Fault.EXECUTES_NOTHING)).isFalse();
        assertThat(printed.toString(UTF_8)).contains("WRONG   the billing service's books hold two refunds");
    }

    @Test
    void failsAndSaysWhichCallWasDecidedWrongly() throws IOException {
        assertThat(play(Fault.ALLOWS_EVERYTHING)).isFalse();
        assertThat(printed.toString(UTF_8))
                .contains(
                        "WRONG   export all customers: expected 403 deny by 'never export all customers', not sent, saw 200");
    }

    @Test
    void failsWhenMoneyMovesBeforeFinanceHasApproved() throws IOException {
        assertThat(play(Fault.DOES_NOT_WAIT)).isFalse();
        assertThat(printed.toString(UTF_8)).contains("WRONG   the billing service's books hold two refunds");
    }

    @Test
    void failsWhenMoneyMovesThatFinanceRefused() throws IOException {
        assertThat(play(Fault.IGNORES_REFUSALS)).isFalse();
        assertThat(printed.toString(UTF_8))
                .contains("WRONG   finance refuses the 260.00: expected 200 escalate by")
                .contains("WRONG   the billing service's books hold two refunds");
    }

    @Test
    void failsWhenWhatNobodyAnsweredStaysOpen() throws IOException {
        assertThat(play(Fault.NEVER_EXPIRES)).isFalse();
        assertThat(printed.toString(UTF_8))
                .contains("WRONG   nobody answers about the 1,200.00: expected 200 escalate by");
    }

    @Test
    void saysInOneLineWhereItHadToStop() throws IOException {
        assertThat(play(Fault.REFUSES_CONNECTORS)).isFalse();
        assertThat(printed.toString(UTF_8))
                .isEqualTo("The demo stopped: the gateway answered POST /v1/connectors with 422 instead of 201:"
                        + " The document is not one." + System.lineSeparator());
    }

    @Test
    void keepsTheAuditorsKeyInAFileForItsOwnerAndOffTheScreen() throws IOException {
        play();

        Path key = home.resolve("auditor.header");
        assertThat(key).hasContent("Authorization: Bearer writ_1_secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(printed.toString(UTF_8)).doesNotContain("writ_1_secret").contains("@" + key);
    }

    @Test
    void setsUpTheGatewayBeforeTheAgentSubmitsAnything() throws IOException {
        try (FakeGateway gateway = new FakeGateway();
                Demo demo = Demo.start(gateway.uri(), new PrintStream(printed, true, UTF_8))) {
            demo.play("bootstrap", home);

            assertThat(gateway.paths())
                    .containsSubsequence(
                            "/v1/agents",
                            "/v1/connectors",
                            "/v1/policies",
                            "/v1/policies/sha256:00/activate",
                            "/v1/sessions",
                            "/v1/tool-calls",
                            "/v1/approvals",
                            "/v1/approvals/wait-0",
                            "/v1/approvals/wait-0/approve",
                            "/v1/approvals/wait-1/refuse",
                            "/v1/tool-calls/wait-2");
            assertThat(gateway.paths().stream().filter("/v1/tool-calls"::equals))
                    .hasSize(Scenario.STEPS.size() + Scenario.ESCALATIONS.size());
        }
    }

    @Test
    void publishesThePackAsItIs() throws IOException {
        Path pack = Path.of("..", "rules", "packs", "billing-support");
        try (Stream<Path> files = Files.walk(pack)) {
            assertThat(Demo.PACK_FILES)
                    .containsExactlyInAnyOrderElementsOf(files.filter(Files::isRegularFile)
                            .map(file -> pack.relativize(file).toString())
                            .toList());
        }
    }

    @Test
    void saysThatItsBundleIsNotThePackItself() {
        assertThat(Demo.bundle().get("bundle.yaml")).containsPattern("(?m)^version: [0-9.]+\\+demo$");
    }

    private boolean play(Fault... faults) throws IOException {
        try (FakeGateway gateway = new FakeGateway(faults);
                Demo demo = Demo.start(gateway.uri(), new PrintStream(printed, true, UTF_8))) {
            boolean asExpected = demo.play("bootstrap", home);
            if (asExpected) {
                demo.printNextSteps(home);
            }
            return asExpected;
        }
    }
}
