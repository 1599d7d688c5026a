package dev.writ.gateway;

import java.util.List;
import java.util.Map;

/** An agent that pays for people, under rules that ask who named the payee, and the application through which these people speak. */
public final class Errand {

    /** Payees that the person or a trusted source named are paid; those that others named are asked about. */
    public static final String RULES = """
            rule "known payees"
            when
                ToolCall( tool == "bank.pay" )
                Origin( argument == "to", source in ("user", "trusted") )
            then
                allow("the person or a trusted source named this payee");
            end

            rule "payees that others named"
            when
                ToolCall( tool == "bank.pay" )
                Origin( argument == "to", source == "untrusted" )
            then
                escalate("only others named this payee").to("finance").within("1h");
            end

            rule "look"
            when
                ToolCall( tool == "bank.balance" )
            then
                allow("anyone may look");
            end
            """;

    public final Client agent;
    public final Client application;

    public Errand(Fixture fixture, String... persons) {
        agent = fixture.agent(persons);
        application = fixture.admin.issue(agent.name(), List.of("application"), List.of(persons));
    }

    /** A session in which that person said that. */
    public String open(String person, String task) {
        return application
                .post("/v1/sessions", Map.of("task", task, "onBehalfOf", person))
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }
}
