package dev.writ.gateway.governor;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A bank of one test alone, whose payments over 100 ask people, and those people. */
final class Payments {

    final Fixture fixture = Bank.shared().fixture();
    final String name = "gov" + UUID.randomUUID().toString().substring(0, 8);
    final String tool = name + ".pay";
    final String group = "g-" + name;
    final Client jd = fixture.approver("jd-" + name, group);
    final Client mk = fixture.approver("mk-" + name, group);
    final Client agent;
    private final Client application;
    private String digest;

    private Payments(Map<String, ?> effects) {
        agent = fixture.agent("ann", "bob");
        application = fixture.admin.issue(agent.name(), List.of("application"), List.of());
        fixture.register(
                name,
                Bank.shared().upstream().url(),
                Map.of("effects", effects.isEmpty() ? Map.of() : Map.of(tool, effects)));
        String bundle = "name: " + name + "\nversion: 1.0\ndescription: for tests\nowners: [tests]\ngroups: [" + group
                + "]\nscope: [\"" + name + ".*\"]\n";
        String rules = """
                // Payments.
                rule "small %1$s" when ToolCall( tool == "%1$s.pay", number("amount") <= 100 ) then allow("small"); end

                rule "large %1$s" when ToolCall( tool == "%1$s.pay", number("amount") > 100 )
                then escalate("over 100").to("%2$s").within("4h"); end
                """.formatted(name, group);
        digest = fixture.author
                .post("/v1/policies", Map.of("files", Map.of("bundle.yaml", bundle, "rules.drl", rules)))
                .then()
                .statusCode(201)
                .extract()
                .path("digest");
        activate(digest);
    }

    static Payments reversible() {
        return new Payments(Map.of("reversible", true));
    }

    static Payments with(Map<String, ?> effects) {
        return new Payments(effects);
    }

    void activate(String bundle) {
        fixture.reviewer
                .post("/v1/policies/" + bundle + "/activate", Map.of())
                .then()
                .statusCode(200);
        digest = bundle;
    }

    void end() {
        fixture.deactivate(digest);
    }

    String session() {
        return session(application, Map.of("task", "pay what is due"));
    }

    String session(String person) {
        Client forPerson = fixture.admin.issue(agent.name(), List.of("application"), List.of(person));
        return session(forPerson, Map.of("task", "pay what is due", "onBehalfOf", person));
    }

    private static String session(Client application, Map<String, String> opening) {
        return application
                .post("/v1/sessions", opening)
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    Response pay(String to, Number amount) {
        return pay(to, amount, Map.of());
    }

    Response pay(String to, Number amount, Map<String, ?> further) {
        Map<String, Object> more = new HashMap<>(further);
        if (!more.containsKey("session") && !more.containsKey("onBehalfOf")) {
            more.put("session", session());
        }
        return agent.call(tool, Map.of("to", to, "amount", amount), more);
    }

    String waiting(String to, Number amount) {
        return pay(to, amount).then().statusCode(202).extract().path("id");
    }

    String approved(Client by, String to, Number amount) {
        return approved(by, waiting(to, amount));
    }

    String approved(Client by, String call) {
        by.approve(call).then().statusCode(200);
        agent.ended(call).then().statusCode(200);
        return call;
    }

    /** Five payments that two people approved in turn. */
    List<String> habit(String to, Number amount) {
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(approved(i % 2 == 0 ? jd : mk, to, amount));
        }
        return calls;
    }

    /** The proposals about this bank's payments. */
    List<Map<String, Object>> proposals() {
        return fixture.author
                .get("/v1/proposals?tool=" + tool)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("items");
    }
}
