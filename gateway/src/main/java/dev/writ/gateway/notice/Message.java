package dev.writ.gateway.notice;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Ask;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a channel is told at once. It says which tool, agent and rules, and until when: no argument, no person, and no way to answer. */
sealed interface Message {

    /** Type of its CloudEvent. */
    String type();

    /** Data of its CloudEvent. */
    JsonObject data(Links links);

    /** What people read. */
    Letter letter(Links links);

    /**
     * Text for people, each line inert but for the title, which is Writ's own.
     *
     * @param link into the console
     */
    record Letter(String title, List<String> lines, Optional<URI> link) {
        public Letter {
            lines = List.copyOf(lines);
        }
    }

    /** One escalation, as it stands when this is sent. */
    record One(Occasion occasion, Approval approval) implements Message {

        private static final int MOST_ASKS = 3;

        @Override
        public String type() {
            return "dev.writ.approval." + occasion.text();
        }

        @Override
        public JsonObject data(Links links) {
            return JsonObject.builder()
                    .put("callId", approval.call().toString())
                    .put("event", occasion.text())
                    .put("state", approval.state().text())
                    .put("tool", approval.escalation().tool().value())
                    .put("agent", approval.escalation().agent())
                    .put(
                            "asks",
                            new JsonArray(approval.escalation().asks().stream()
                                    .<JsonValue>map(One::json)
                                    .toList()))
                    .put("expiresAt", approval.escalation().expiresAt().toString())
                    .put("link", links.to(approval.call()).map(URI::toString))
                    .build();
        }

        private static JsonObject json(Ask ask) {
            return JsonObject.builder()
                    .put("rule", ask.rule())
                    .put("reason", ask.reason())
                    .put("group", ask.requirement().group())
                    .build();
        }

        @Override
        public Letter letter(Links links) {
            List<String> lines = new ArrayList<>();
            lines.add("Tool: " + Inert.line(approval.escalation().tool().value()));
            lines.add("Agent: " + Inert.line(approval.escalation().agent()));
            List<Ask> asks = approval.escalation().asks();
            asks.stream()
                    .limit(MOST_ASKS)
                    .forEach(ask -> lines.add(
                            "Asked of " + Inert.line(ask.requirement().group()) + ": " + Inert.line(ask.reason())));
            if (asks.size() > MOST_ASKS) {
                lines.add("And " + (asks.size() - MOST_ASKS) + " rules more");
            }
            lines.add(
                    approval.state() == Approval.State.OPEN
                            ? "Until: " + approval.escalation().expiresAt()
                            : "It is " + approval.state().text() + ".");
            return new Letter(occasion.title(), lines, links.to(approval.call()));
        }
    }

    /** More than a channel is told one by one. */
    record Folded(Map<Occasion, Integer> counts) implements Message {

        public Folded {
            counts = new TreeMap<>(counts);
        }

        private int all() {
            return counts.values().stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public String type() {
            return "dev.writ.approvals.folded";
        }

        @Override
        public JsonObject data(Links links) {
            JsonObject.Builder numbers = JsonObject.builder();
            counts.forEach((occasion, count) -> numbers.put(occasion.text(), count));
            return JsonObject.builder()
                    .put("more", all())
                    .put("events", numbers.build())
                    .put("link", links.toAll().map(URI::toString))
                    .build();
        }

        @Override
        public Letter letter(Links links) {
            List<String> lines = new ArrayList<>();
            counts.forEach((occasion, count) -> lines.add(count + " x " + occasion.title()));
            return new Letter("And " + all() + " more", lines, links.toAll());
        }
    }
}
