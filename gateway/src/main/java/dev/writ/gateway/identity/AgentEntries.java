package dev.writ.gateway.identity;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Agents in the log and in their rows. Owner and description may name a person, so the leaf only commits to them. */
final class AgentEntries {

    static final String REGISTERED = "AGENT_REGISTERED";

    private static final String SUBJECT_KEY = "agent/";
    private static final String REGISTRATION = "registration";

    private AgentEntries() {}

    static Entry registered(Agent agent, Instant at) {
        JsonObject registration = JsonObject.builder()
                .put("owner", agent.owner())
                .put("description", agent.description())
                .build();
        return new Entry(
                REGISTERED,
                at,
                List.of("agent-registered/" + agent.name()),
                Set.of(Topics.agent(agent.name())),
                Map.of(),
                JsonObject.builder().put("name", agent.name()).build(),
                SUBJECT_KEY + agent.name(),
                List.of(new Input(REGISTRATION, registration, true)));
    }

    /** The agent that this entry registers; without its input, which may be erased, it has no owner and no description. */
    static Optional<Agent> registeredBy(Recorded recorded) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(REGISTERED)) {
            return Optional.empty();
        }
        JsonObject registration = entry.input(REGISTRATION).orElse(JsonObject.empty()) instanceof JsonObject object
                ? object
                : JsonObject.empty();
        return entry.body()
                .text("name")
                .map(name -> new Agent(
                        name,
                        registration.text("owner").orElse(""),
                        registration.text("description").orElse("")));
    }

    /** The agent that this entry erases: of its registration only the name is left. */
    static Optional<Agent> erasedBy(Recorded recorded) {
        return Erasures.erasedBy(recorded.entry())
                .filter(subjectKey -> subjectKey.startsWith(SUBJECT_KEY))
                .map(subjectKey -> new Agent(subjectKey.substring(SUBJECT_KEY.length()), "", ""));
    }

    /** What goes from the row with the input that it repeats. */
    static List<RowChange> forgotten(String subjectKey) {
        return subjectKey.startsWith(SUBJECT_KEY)
                ? List.of(new RowChange(
                        "UPDATE writ.agent SET owner = '', description = ''"
                                + " WHERE name = $3 AND $1::bigint IS NOT NULL AND $2::bytea IS NOT NULL",
                        List.of(subjectKey.substring(SUBJECT_KEY.length()))))
                : List.of();
    }

    static RowChange inserted(Agent agent) {
        return new RowChange(
                "INSERT INTO writ.agent (entry_index, entry_hash, name, owner, description) VALUES ($1, $2, $3, $4, $5)",
                List.of(agent.name(), agent.owner(), agent.description()));
    }
}
