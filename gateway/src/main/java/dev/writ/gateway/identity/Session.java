package dev.writ.gateway.identity;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent was set to do, by the program around it.
 *
 * @param id minted by Writ: 128 random bits in lower-case hexadecimal
 * @param agent the only one that may use it
 * @param person pseudonym of the only person it may be used for; empty if for none
 */
record Session(String id, String agent, Optional<String> person) {

    static final String OPENED = Said.OPENED;

    /** Stands where a pseudonym would, as in entries of calls. */
    private static final String NOBODY = "-";

    boolean isFor(String otherAgent, Optional<String> otherPerson) {
        return agent.equals(otherAgent) && person.equals(otherPerson);
    }

    /** The entry that opens it. The task is the person's text: it is an input under the person's key, and goes when that goes. */
    Entry opened(String task, Instant at) {
        return entry(OPENED, List.of("session-opened/" + id), new Input("task", new JsonString(task), true), at);
    }

    /** The entry of one more thing that the person said; kept like the task. */
    Entry turned(String text, Instant at) {
        return entry(Said.TURN, List.of(), new Input("text", new JsonString(text), true), at);
    }

    private Entry entry(String kind, List<String> keys, Input words, Instant at) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.SESSION, id);
        columns.put(Column.AGENT, agent);
        columns.put(Column.SUBJECT, person.orElse(NOBODY));
        return new Entry(
                kind,
                at,
                keys,
                Set.of(Topics.session(id), Topics.identity(agent, person.orElse(NOBODY))),
                columns,
                JsonObject.builder()
                        .put("session", id)
                        .put("agent", agent)
                        .put("subject", person)
                        .build(),
                person.map(pseudonym -> "person/" + pseudonym).orElse("agent/" + agent),
                List.of(words));
    }

    RowChange inserted() {
        return new RowChange(
                "INSERT INTO writ.session (entry_index, entry_hash, id, agent, subject) VALUES ($1, $2, $3, $4, $5)",
                List.of(id, agent, person.orElse("")));
    }

    /** The session that this entry opens, if it opens one. */
    static Optional<Session> openedBy(Recorded recorded) {
        JsonObject body = recorded.entry().body();
        return recorded.entry().kind().equals(OPENED)
                ? body.text("session")
                        .flatMap(id -> body.text("agent").map(agent -> new Session(id, agent, body.text("subject"))))
                : Optional.empty();
    }
}
