package dev.writ.gateway;

import static org.awaitility.Awaitility.await;

import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A gateway with a governed bank: operator, author, reviewer and auditor have keys, and a policy is active. */
public final class Fixture {

    /** Payments up to 100 are allowed, 300 in all per agent and person; more than that asks finance. */
    public static final String RULES = """
            rule "small payment"
            when
                ToolCall( tool == "bank.pay", number("amount") <= 100 )
            then
                allow("payments up to 100 need nobody");
            end

            rule "large payment needs finance"
            when
                ToolCall( tool == "bank.pay", number("amount") > 100 )
            then
                escalate("payments over 100 need finance").to("finance").within("4h");
            end

            rule "payments of 300 in all"
            when
                ToolCall( tool == "bank.pay", $amount : number("amount") )
                accumulate( Past( tool == "bank.pay", verdict == "allow", $past : number("amount") );
                            $spent : sum( $past );
                            $spent + $amount > 300 )
            then
                deny("payments of one agent for one person are limited to 300 in all");
            end

            rule "balance"
            when
                ToolCall( tool == "bank.balance" )
            then
                allow("anyone may look");
            end
            """;

    public final Client admin;
    public final Client operator;
    public final Client author;
    public final Client reviewer;
    public final Client auditor;

    private Fixture(Client admin, Client operator, Client author, Client reviewer, Client auditor) {
        this.admin = admin;
        this.operator = operator;
        this.author = author;
        this.reviewer = reviewer;
        this.auditor = auditor;
    }

    private static Fixture of(Client admin) {
        return new Fixture(
                admin,
                admin.issue("olga", List.of("operator"), List.of()),
                admin.issue("arno", List.of("author"), List.of()),
                admin.issue("rita", List.of("reviewer"), List.of()),
                admin.issue("aude", List.of("auditor"), List.of()));
    }

    /** The same people at another replica. */
    public Fixture at(String baseUrl) {
        return new Fixture(
                admin.at(baseUrl), operator.at(baseUrl), author.at(baseUrl), reviewer.at(baseUrl), auditor.at(baseUrl));
    }

    /** Waits until this replica knows the caller and the tool; creation, unlike revocation, arrives when it arrives. */
    public void awaitPolicyAndTool(Client caller, String tool) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> caller.get("/v1/tools/" + tool).statusCode() == 200);
    }

    /** Uses up the bootstrap key of a fresh gateway. */
    public static Fixture of(String baseUrl, Path home) {
        try {
            Client bootstrap = new Client(
                    baseUrl,
                    "bootstrap",
                    Files.readString(home.resolve("bootstrap-key")).strip());
            return of(bootstrap.issue("root", List.of("admin"), List.of()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public void register(Upstream upstream) {
        register(upstream.url());
    }

    /** Lets what listens there be the bank. */
    public void register(String upstreamUrl) {
        register("bank", upstreamUrl);
    }

    /** Lets what listens there be a bank of another name. */
    public void register(String name, String upstreamUrl) {
        register(name, upstreamUrl, Map.of("labels", Map.of(name + ".balance", List.of("untrusted"))));
    }

    /** Lets what listens there be a bank of another name, of which that is said besides. */
    public void register(String name, String upstreamUrl, Map<String, ?> further) {
        Map<String, Object> connector = new HashMap<>(Map.of(
                "name",
                name,
                "kind",
                "http",
                "baseUrl",
                upstreamUrl,
                "document",
                Upstream.DOCUMENT,
                "allowPrivateAddresses",
                true,
                "credential",
                Map.of("header", "Authorization", "value", "Bearer " + Upstream.CREDENTIAL)));
        connector.putAll(further);
        operator.post("/v1/connectors", connector)
                .then()
                .log()
                .ifValidationFails()
                .statusCode(201);
    }

    /** Publishes and activates a bundle about the bank; returns its digest. */
    public String activate(String rules) {
        return activate("bank", rules);
    }

    /** Publishes and activates a bundle about the tools of that connector; returns its digest. */
    public String activate(String connector, String rules) {
        String bundle = "name: " + connector + "\nversion: " + UUID.randomUUID()
                + "\ndescription: for tests\nowners: [tests]\ngroups: [finance, legal]\n"
                + "scope: [\"" + connector + ".*\"]\n";
        String digest = author.post("/v1/policies", Map.of("files", Map.of("bundle.yaml", bundle, "rules.drl", rules)))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(201)
                .extract()
                .path("digest");
        reviewer.post("/v1/policies/" + digest + "/activate", Map.of()).then().statusCode(200);
        return digest;
    }

    /** Takes a bundle away again; one gateway serves all tests. */
    public void deactivate(String digest) {
        reviewer.post("/v1/policies/" + digest + "/deactivate", Map.of()).then().statusCode(200);
    }

    /** A new agent that may act for anybody of those persons; no history yet. */
    public Client agent(String... persons) {
        String name = "agent-" + UUID.randomUUID();
        operator.post("/v1/agents", Map.of("name", name, "owner", "tests", "description", "for a test"))
                .then()
                .statusCode(201);
        return admin.issue(name, List.of("agent"), List.of(persons));
    }

    /** Somebody who may approve for those groups. */
    public Client approver(String name, String... groups) {
        return admin.issue(name, Map.of("roles", List.of("approver"), "groups", List.of(groups)));
    }

    /**
     * Engages or lifts a kill switch.
     *
     * @return index of its entry
     */
    public int killSwitch(String scope, String name, boolean engaged) {
        Map<String, Object> order = new HashMap<>(Map.of("scope", scope, "engaged", engaged, "reason", "a test"));
        if (!name.isEmpty()) {
            order.put("name", name);
        }
        return operator.post("/v1/kill-switch", order)
                .then()
                .statusCode(200)
                .extract()
                .path("index");
    }

    /** What the gateway says of its health once it is ready: on a busy machine a check may need a moment. */
    public ValidatableResponse ready() {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> operator.get("/q/health/ready"), answer -> answer.statusCode() == 200)
                .then();
    }

    /** Entries that match, newest first. */
    public List<LogEntry> entries(String query) {
        return auditor.get("/v1/audit/entries?" + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("entries", LogEntry.class);
    }
}
