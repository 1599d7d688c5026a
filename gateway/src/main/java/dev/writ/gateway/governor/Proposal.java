package dev.writ.gateway.governor;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A rule that Writ proposes, as the log tells of it.
 *
 * @param recorded the newest entry that proposes it
 * @param answered the entry with which somebody published or dismissed it since
 */
record Proposal(Recorded recorded, Optional<Recorded> answered) {

    /** Kinds of the entries. */
    static final String PROPOSED = "RULE_PROPOSED";

    static final String PUBLISHED = "RULE_PROPOSAL_PUBLISHED";
    static final String DISMISSED = "RULE_PROPOSAL_DISMISSED";
    static final String REQUESTED = "RULE_PROPOSALS_REQUESTED";

    /** Members of a body. */
    static final String ID = "proposal";

    static final String WITHHELD = "withheld";
    static final String APPROVERS = "approvers";
    static final String PERSONS = "persons";
    static final String CALLS = "calls";
    static final String APPROVALS = "approvals";
    static final String BASE = "base";
    static final String CANDIDATE = "candidate";
    static final String UNTIL = "until";

    /** The input with the files in which the candidate differs from its base, by path. */
    static final String FILES = "files";

    String id() {
        return body().text(ID).orElse("");
    }

    JsonObject body() {
        return recorded.entry().body();
    }

    /** {@code open}, {@code withheld}, {@code published} or {@code dismissed}. */
    String state() {
        return answered.map(answer -> answer.entry().kind().equals(PUBLISHED) ? "published" : "dismissed")
                .orElse(body().text(WITHHELD).isPresent() ? "withheld" : "open");
    }

    boolean isOpen() {
        return state().equals("open");
    }

    String column(Column column) {
        return recorded.entry().column(column).orElse("");
    }

    List<String> texts(String member) {
        return body().array(member).map(JsonArray::texts).orElse(List.of());
    }

    long number(String member) {
        return body().number(member).map(BigDecimal::longValue).orElse(0L);
    }

    /** The first day on which the rule does not hold any more. */
    LocalDate until() {
        return body().text(UNTIL).map(LocalDate::parse).orElse(LocalDate.EPOCH);
    }

    Instant at() {
        return recorded.entry().at();
    }

    /** The files in which it differs from its base; empty if it is withheld, or they were erased or not read. */
    Optional<Map<String, String>> files() {
        return recorded.entry()
                .input(FILES)
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .map(files -> {
                    Map<String, String> texts = new TreeMap<>();
                    files.members().forEach((path, text) -> {
                        if (text instanceof JsonString string) {
                            texts.put(path, string.value());
                        }
                    });
                    return texts;
                });
    }

    @Override
    public String toString() {
        return "Proposal[" + id() + ", " + state() + "]";
    }
}
