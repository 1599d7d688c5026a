package dev.writ.gateway.approval;

import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.Party;
import dev.writ.model.Requirement;
import dev.writ.model.Rung;
import dev.writ.model.ToolName;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Calls that wait, as tests need them, and the entries that open them. */
final class Escalations {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Escalations() {}

    static Ask ask(String rule, String group, int approvals, Instant openedAt, Duration within, Party... allowed) {
        return new Ask(
                rule,
                "because of " + rule,
                new Requirement(group, approvals, within, Set.of(allowed)),
                openedAt.plus(within),
                Optional.empty());
    }

    /** The same, of a rule of that bundle. */
    static Ask of(Ask ask, String bundle) {
        return new Ask(ask.rule(), ask.reason(), ask.requirement(), ask.expiresAt(), Optional.of(bundle));
    }

    /** The same, and a further group after a while. */
    static Ask then(Ask ask, String group, Duration after) {
        Requirement asked = ask.requirement();
        List<Rung> ladder = new ArrayList<>(asked.ladder());
        ladder.add(new Rung(group, after));
        return new Ask(
                ask.rule(),
                ask.reason(),
                new Requirement(asked.group(), asked.approvals(), asked.within(), asked.allowed(), ladder),
                ask.expiresAt(),
                ask.bundle());
    }

    static Escalation of(String agent, String subject, Instant openedAt, Ask... asks) {
        CallId call = CallId.mint(openedAt, RANDOM);
        return new Escalation(
                call,
                agent,
                subject,
                ToolName.parse("bank.pay"),
                "mac-" + call,
                "",
                List.of(asks),
                JsonObject.builder().put("tool", "bank.pay").put("amount", 480).build(),
                openedAt,
                false);
    }

    /** The same call once more. */
    static Escalation again(Escalation escalation) {
        return new Escalation(
                CallId.mint(escalation.openedAt(), RANDOM),
                escalation.agent(),
                escalation.subject(),
                escalation.tool(),
                escalation.argumentsMac(),
                escalation.session(),
                escalation.asks(),
                escalation.view(),
                escalation.openedAt(),
                escalation.isForOthers());
    }

    /** What the path of a call appends when rules escalate it, but for its arguments: once approved, it is denied. */
    static Draft<Escalation> opened(Escalation escalation, Opening opening, Digest definition) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.CALL, escalation.call().toString());
        columns.put(Column.AGENT, escalation.agent());
        columns.put(Column.SUBJECT, escalation.subject());
        columns.put(Column.TOOL, escalation.tool().value());
        columns.put(Column.VERDICT, "escalate");
        Entry entry = new Entry(
                "DECIDED",
                escalation.openedAt(),
                List.of("decided/" + escalation.call() + "/0"),
                Set.of(Topics.identity(escalation.agent(), escalation.subject()), Topics.approval(escalation.call())),
                columns,
                JsonObject.builder()
                        .put("mode", "execute")
                        .put("reason", "a test")
                        .put("client", "none")
                        .put("assurance", "api-key")
                        .put("roles", JsonArray.ofTexts(List.of("agent")))
                        .put("definition", definition.value())
                        .put("argumentsMac", escalation.argumentsMac())
                        .put(Opening.MEMBER, opening.body())
                        .build(),
                "agent/" + escalation.agent(),
                List.of(opening.view()));
        return Draft.independent(new Settled<>(entry, opening.rows(), escalation));
    }
}
