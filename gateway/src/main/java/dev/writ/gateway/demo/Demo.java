package dev.writ.gateway.demo;

import dev.writ.gateway.demo.Played.Call;
import dev.writ.gateway.demo.Played.Check;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sets up a fresh gateway over HTTP for a billing-support agent, plays that agent, and compares every answer with what the
 * scenario says. Beside the gateway's word it takes the billing service's: a denied call must have left no trace there.
 */
public final class Demo implements AutoCloseable {

    static final String PACK = "packs/billing-support/";
    static final List<String> PACK_FILES = List.of(
            "README.md",
            "bundle.yaml",
            "cases/budget.yaml",
            "cases/reading.yaml",
            "cases/refunds.yaml",
            "reading.drl",
            "refunds.drl");

    private final URI gateway;
    private final PrintStream out;
    private final String credential;
    private final BillingService billing;

    private Demo(URI gateway, PrintStream out, String credential, BillingService billing) {
        this.gateway = gateway;
        this.out = out;
        this.credential = credential;
        this.billing = billing;
    }

    /**
     * Starts the billing service on a free port of the loopback interface; it runs until the demo is closed.
     *
     * @param gateway the base address of a running gateway that has just been set up
     * @param out takes the table and what else there is to tell
     */
    public static Demo start(URI gateway, PrintStream out) throws IOException {
        String credential = BillingService.mintCredential();
        BillingService billing = BillingService.start(0, credential);
        return new Demo(gateway, out, credential, billing);
    }

    /**
     * Plays the scenario and prints what happened.
     *
     * @param bootstrapKey the gateway's one-time key; it is used up
     * @param home a folder for the key with which the log can be read afterwards
     * @return whether every step came out as the scenario says and the billing service's own books agree
     */
    public boolean play(String bootstrapKey, Path home) throws IOException {
        try {
            return played(bootstrapKey, home);
        } catch (DemoFailedException failed) {
            out.println("The demo stopped: " + failed.getMessage());
            return false;
        }
    }

    private boolean played(String bootstrapKey, Path home) throws IOException {
        GatewayClient admin = as(new GatewayClient(gateway, bootstrapKey), "demo-admin", "admin");
        GatewayClient operator = as(admin, "demo-operator", "operator");
        operator.registerAgent(Scenario.AGENT, "support-team", "Answers billing questions of customers");
        operator.registerConnector(
                "billing", billing.uri(), BillingService.DOCUMENT, credential, List.of("refund"), Scenario.EXTRACTS);
        String bundle = as(admin, "demo-author", "author").publishPolicy(bundle());
        as(admin, "demo-reviewer", "reviewer").activatePolicy(bundle);

        GatewayClient application = forAgent(admin, "application");
        GatewayClient agent = forAgent(admin, "agent");
        GatewayClient finance = new GatewayClient(gateway, admin.issueApproverKey("demo-finance", Scenario.GROUP));
        String session = application.openSession(Scenario.AGENT, Scenario.PERSON, Scenario.TASK);
        writeAuditorKey(home, admin.issueKey("demo-auditor", List.of("auditor"), List.of()));

        out.println();
        out.println("\"" + Scenario.TASK + "\"");
        out.println();
        Played played = play(agent, finance, session);
        out.println(played.table());
        List<Check> checks = played.checks(billing);
        checks.forEach(check -> out.println((check.holds() ? "  ok      " : "  WRONG   ") + check.claim()));
        return checks.stream().allMatch(Check::holds);
    }

    private static Played play(GatewayClient agent, GatewayClient finance, String session) {
        List<Call> calls = new ArrayList<>();
        for (Step step : Scenario.STEPS) {
            calls.add(submitted(step, agent, session));
        }
        Map<String, Escalation> waiting = new LinkedHashMap<>();
        for (Escalation escalation : Scenario.ESCALATIONS) {
            Call call = submitted(escalation.step(), agent, session);
            calls.add(call);
            waiting.put(call.seen().call(), escalation);
        }
        for (String approval : finance.openApprovals()) {
            Optional.ofNullable(waiting.get(approval))
                    .ifPresent(escalation -> escalation.reply().about(approval, finance));
        }
        List<Call> ends = new ArrayList<>();
        waiting.forEach((call, escalation) -> ends.add(new Call(escalation.ending(), Seen.of(agent.awaitEnd(call)))));
        return new Played(calls, ends);
    }

    private static Call submitted(Step step, GatewayClient agent, String session) {
        return new Call(step, Seen.of(agent.submit(step.submission(session, Scenario.PERSON))));
    }

    /** Says how to look at what the scenario left behind. */
    public void printNextSteps(Path home) {
        out.println();
        out.println("Look into the log (the file holds an auditor's key as a header for curl):");
        for (String path : List.of("/v1/audit/entries?kind=DECIDED", "/v1/audit/entries/0/proof", "/log/checkpoint")) {
            out.println("  curl -H @" + auditorKey(home) + " '" + gateway.resolve(path) + "'");
        }
    }

    @Override
    public void close() {
        billing.close();
    }

    private GatewayClient as(GatewayClient admin, String principal, String role) {
        return new GatewayClient(gateway, admin.issueKey(principal, List.of(role), List.of()));
    }

    private GatewayClient forAgent(GatewayClient admin, String role) {
        return new GatewayClient(gateway, admin.issueKey(Scenario.AGENT, List.of(role), List.of(Scenario.PERSON)));
    }

    /** The pack and the demo's own rule, which makes another version of it. */
    static Map<String, String> bundle() {
        Map<String, String> files = new LinkedHashMap<>();
        PACK_FILES.forEach(file -> files.put(file, DemoFile.text(PACK + file)));
        files.computeIfPresent("bundle.yaml", (path, text) -> text.replaceFirst("(?m)^version: .*$", "$0+demo"));
        files.put("hurry.drl", DemoFile.text("demo/hurry.drl"));
        return files;
    }

    private static Path auditorKey(Path home) {
        return home.resolve("auditor.header");
    }

    /** As a header in a file for {@code curl -H @file}, so that the key is in no process list and no shell history. */
    private static void writeAuditorKey(Path home, String key) throws IOException {
        Path file = auditorKey(home);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "Authorization: Bearer " + key + "\n", StandardOpenOption.TRUNCATE_EXISTING);
    }
}
