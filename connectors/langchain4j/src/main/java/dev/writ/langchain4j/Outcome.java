package dev.writ.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the gateway says of a call, whether in the body of a call or in a problem document (RFC 9457): the two name the same things
 * differently.
 *
 * @param body of the answer
 * @param decision the part of it that tells of the decision
 */
record Outcome(JsonNode body, JsonNode decision) {

    private static final String PROBLEM = "urn:writ:problem:";

    static Outcome of(JsonNode body) {
        return new Outcome(body, body.path("decision").isObject() ? body.path("decision") : body);
    }

    /** Whether it tells of a call at all. */
    boolean isOfCall() {
        return !status().isEmpty();
    }

    boolean isProblem() {
        return body.path("type").asText().startsWith(PROBLEM);
    }

    /** The type of the problem, such as {@code denied}; empty if it is none. */
    String problem() {
        return isProblem() ? body.path("type").asText().substring(PROBLEM.length()) : "";
    }

    /** Where the call stands, such as {@code escalated}; empty if nothing was decided. */
    String status() {
        return body.path(isProblem() ? "callStatus" : "status").asText();
    }

    Optional<String> callId() {
        return text(body, isProblem() ? "callId" : "id");
    }

    Optional<String> rule() {
        return text(decision, "rule");
    }

    Optional<String> reason() {
        return text(decision, "reason");
    }

    Optional<String> hint() {
        return text(decision.path("hint"), "text");
    }

    Optional<String> detail() {
        return text(body, "detail");
    }

    Optional<String> note() {
        return text(body, "note");
    }

    Optional<JsonNode> result() {
        return Optional.ofNullable(body.get("result"));
    }

    Optional<String> expiresAt() {
        return text(body.path("approval"), "expiresAt");
    }

    /** Why people refused it. */
    Optional<String> refusal() {
        return text(body.path("approval"), "reason");
    }

    /** What an approver asks about it. */
    Optional<String> question() {
        return text(body.path("approval").path("question"), "question");
    }

    /** Who is asked, in words. */
    List<String> asked() {
        List<String> asked = new ArrayList<>();
        body.path("approval")
                .path("requirements")
                .forEach(requirement -> asked.add(requirement.path("approvals").asInt()
                        - requirement.path("granted").asInt()
                        + " of group '" + requirement.path("group").asText() + "'"));
        return asked;
    }

    /** What is wrong with the arguments. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        body.path("problems").forEach(problem -> problems.add(problem.asText()));
        return problems;
    }

    /** For the program around the model. */
    Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>();
        callId().ifPresent(id -> attributes.put(WritToolProvider.CALL_ID, id));
        if (isOfCall()) {
            attributes.put(WritToolProvider.STATUS, status());
        }
        text(decision, "effect").ifPresent(effect -> attributes.put(WritToolProvider.EFFECT, effect));
        rule().ifPresent(rule -> attributes.put(WritToolProvider.RULE, rule));
        reason().ifPresent(reason -> attributes.put(WritToolProvider.REASON, reason));
        if (decision.path("index").isIntegralNumber()) {
            attributes.put(WritToolProvider.INDEX, decision.path("index").longValue());
        }
        question().ifPresent(question -> attributes.put(WritToolProvider.QUESTION, question));
        if (isProblem()) {
            attributes.put(WritToolProvider.PROBLEM, problem());
        }
        return attributes;
    }

    private static Optional<String> text(JsonNode parent, String member) {
        return Optional.of(parent.path(member)).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }
}
